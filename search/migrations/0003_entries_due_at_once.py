from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_saved_searches'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outboxentry',
            name='next_try',
            field=models.DateTimeField(default=datetime(2000, 1, 1, tzinfo=UTC)),
        ),
    ]
