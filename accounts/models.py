"""Who you are: the user, and the keys with which phones and scripts act as one."""

from __future__ import annotations

import uuid
import zoneinfo
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as AuthUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is an IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("%(name)s is not a time zone.", params={"name": name})


def _addresses() -> models.Manager[models.Model]:
    # Not imported: those models are loaded after these.
    manager: models.Manager[models.Model]
    manager = apps.get_model("account", "EmailAddress")._default_manager
    return manager


class UserManager(AuthUserManager["User"]):
    """Whoever makes a superuser on the server's own console need not prove their address."""

    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **extra_fields: Any,
    ) -> User:
        user = super().create_superuser(username, email, password, **extra_fields)
        if user.email:
            _addresses().create(user=user, email=user.email.lower(), verified=True, primary=True)
        return user


class User(AbstractUser):
    """A person with a library of their own. Staff see more only in the admin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address", blank=True)
    min_confidence = models.PositiveSmallIntegerField(
        "confidence from which labels are shown",
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text="0 to 100; empty means the installation's default.",
    )
    monthly_spend_cap = models.DecimalField(
        "monthly spending cap (US dollars)",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="For paid engines; empty means the installation's default.",
    )
    time_zone = models.CharField(
        max_length=64, blank=True, default="", validators=[validate_time_zone]
    )

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_unique_email",
                condition=~models.Q(email=""),
                violation_error_message="This e-mail address is taken.",
            ),
            models.UniqueConstraint(Lower("username"), name="accounts_user_unique_username"),
        ]

    @property
    def shown_confidence(self) -> int:
        """The confidence, 0-100, from which this user is shown labels."""
        if self.min_confidence is None:
            return int(settings.PIXTRACT_MIN_CONFIDENCE)
        return self.min_confidence

    @property
    def has_verified_email(self) -> bool:
        """Whether nobody else's address is used; who has none was made by an administrator."""
        if not self.email:
            return True
        return _addresses().filter(user=self, verified=True).exists()


class ApiKey(models.Model):
    """A bearer token. Only its hash is kept; ``prefix`` lets its owner recognize it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
