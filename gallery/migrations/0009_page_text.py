"""The text of pages gets a column of its own, beside the words with their boxes."""

from django.db import migrations

import gallery.models.text


class Migration(migrations.Migration):
    dependencies = [("gallery", "0008_wanted_jobs")]

    operations = [
        migrations.AddField(
            model_name="textpage",
            name="text",
            field=gallery.models.text.TextOfLines(default="", editable=False),
        ),
    ]
