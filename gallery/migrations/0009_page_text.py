"""The text of pages gets a column of its own, before the words with their boxes.

Before: SQLite reads all of a row up to the column that is asked for.
"""

from django.db import migrations, models

import gallery.models.text


class Migration(migrations.Migration):
    dependencies = [("gallery", "0008_wanted_jobs")]

    operations = [
        migrations.RenameField("textpage", "lines", "lines_before"),
        migrations.AddField(
            model_name="textpage",
            name="text",
            field=gallery.models.text.TextOfLines(default="", editable=False),
        ),
        migrations.AddField(
            model_name="textpage", name="lines", field=models.JSONField(default=list)
        ),
    ]
