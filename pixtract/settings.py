"""Every setting, all from the environment; bare defaults run the embedded product.

docs/configuration.md lists every variable and is tested against this file.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from dotenv import load_dotenv

from pixtract import cloud, serving
from pixtract.backends import broker_options, cache, database, mail
from pixtract.content_security import directives
from pixtract.env import (
    env_bool,
    env_choice,
    env_int,
    env_languages,
    env_list,
    env_rate,
    env_secret,
    env_str,
    env_time_zone,
    kept_secret,
    unknown_names,
)
from pixtract.logs import LEVELS, logging_config
from pixtract.static_headers import add_headers

# Lets generic Django classes be written with their parameters at run time, too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")

TESTING = "pytest" in sys.modules

# Where things are
VAR_DIR = Path(env_str("VAR_DIR", str(BASE_DIR / "var"))).resolve()
BUILD_DIR = Path(env_str("BUILD_DIR", str(BASE_DIR / "build"))).resolve()
PIXTRACT_MODELS_DIR = BUILD_DIR / "models"
PIXTRACT_PLACES_FILE = BUILD_DIR / "places" / "cities.csv.gz"
PIXTRACT_INDEX_DIR = VAR_DIR / "index"
PIXTRACT_WORK_DIR = VAR_DIR / "work"
PIXTRACT_MAIL_DIR = VAR_DIR / "mail"
for _folder in (VAR_DIR, PIXTRACT_WORK_DIR):
    _folder.mkdir(mode=0o700, parents=True, exist_ok=True)

BASE_URL = serving.base_url()
WEB_THREADS, WEB_PROCESSES = serving.threads(), serving.processes()

# Security
DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_secret("SECRET_KEY") or kept_secret(VAR_DIR / "secret_key")
_base = urlsplit(BASE_URL)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
if _base.hostname and _base.hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_base.hostname)
TRUSTED_PROXIES = serving.trusted_proxies()
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]
_https = _base.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = env_bool("SSL_REDIRECT", default=False) and _https
# Load balancers and the supervisor ask on the inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if not _https:
    # Plain http on the own machine is the embedded default: these cannot be had without TLS.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives(cloud.bucket_origins())}

# Django
INSTALLED_APPS = [
    "accounts",
    "gallery",
    "search",
    "workers",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "rest_framework",
]

MIDDLEWARE = [
    "pixtract.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.FirstRunMiddleware",
    "accounts.middleware.UserTimeZoneMiddleware",
    "accounts.middleware.LongAddressMiddleware",
    "pixtract.outages.OutageMiddleware",
]

ROOT_URLCONF = "pixtract.urls"
WSGI_APPLICATION = "pixtract.wsgi.application"
ASGI_APPLICATION = "pixtract.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LANGUAGE_CODE = "en"
# A cookie of messages would make browsers doubt every cached thumb (Vary: Cookie).
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
TIME_ZONE = env_time_zone("TIME_ZONE", "UTC")
USE_TZ = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Database: SQLite with WAL, or PostgreSQL
DATABASES = {
    "default": database(env_secret("DATABASE_URL", f"sqlite:///{VAR_DIR / 'pixtract.sqlite3'}"))
}
CACHES = {"default": cache(env_secret("CACHE_URL"), VAR_DIR / "cache")}

# Files
MEDIA_ROOT = Path(env_str("MEDIA_ROOT", str(VAR_DIR / "media"))).resolve()
FILE_UPLOAD_TEMP_DIR = str(PIXTRACT_WORK_DIR)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_HANDLERS = ["gallery.uploadhandler.HashingUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticroot"
STATICFILES_DIRS = [BASE_DIR / "assets" / "dist"]
_static = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG or TESTING
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = cloud.storages(MEDIA_ROOT, _static)
WHITENOISE_ADD_HEADERS_FUNCTION = add_headers

# Queue: the broker is only the doorbell
CELERY_BROKER_URL = cloud.broker_url(env_secret("BROKER_URL", "filesystem://localhost//"))
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(CELERY_BROKER_URL, VAR_DIR)
CELERY_TASK_DEFAULT_QUEUE = "media"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 4
WORKER_CONCURRENCY = env_int("WORKER_CONCURRENCY", 2, minimum=1)

# Engines
PIXTRACT_LABEL_ENGINE = env_choice("LABEL_ENGINE", "local", ("local", "rekognition", "off"))
PIXTRACT_TEXT_ENGINE = env_choice("TEXT_ENGINE", "local", ("local", "textract", "off"))
PIXTRACT_SEARCH_BACKEND = env_choice("SEARCH_BACKEND", "embedded", ("embedded", "opensearch"))
PIXTRACT_SEARCH_BY_MEANING = env_bool("SEARCH_BY_MEANING", default=True)
PIXTRACT_OPENSEARCH = cloud.opensearch()
PIXTRACT_AWS = cloud.aws()
PIXTRACT_SQS = cloud.queue()
PIXTRACT_S3 = cloud.s3()
PIXTRACT_REKOGNITION = cloud.rekognition()
PIXTRACT_TEXTRACT = cloud.textract()
PIXTRACT_SPEND = cloud.spend()
PIXTRACT_INGEST = cloud.ingest()
PIXTRACT_WEBHOOKS = cloud.webhooks()
PIXTRACT_MIN_CONFIDENCE = env_int("MIN_CONFIDENCE", 55, maximum=100)
PIXTRACT_OCR_LANGUAGES = env_languages("OCR_LANGUAGES", ("en",))
PIXTRACT_ENGINE_IDLE_SECONDS = env_int("ENGINE_IDLE_SECONDS", 120)
PIXTRACT_MAX_VIDEO_FRAMES = env_int("MAX_VIDEO_FRAMES", 16, minimum=1)
PIXTRACT_MAX_VIDEO_TEXT_FRAMES = env_int("MAX_VIDEO_TEXT_FRAMES", 8)
PIXTRACT_MAX_PAGES = env_int("MAX_PAGES", 500, minimum=1)
PIXTRACT_MAX_PIXELS = env_int("MAX_PIXELS", 250_000_000, minimum=1)
PIXTRACT_MAX_UPLOAD_BYTES = env_int("MAX_UPLOAD_BYTES", 4 * 1024**3, minimum=1)

# Accounts
PIXTRACT_SIGNUP = env_choice("SIGNUP", "open", ("open", "closed"))
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "gallery:photos"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Pixtract: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _base.scheme

# E-mail
DEFAULT_FROM_EMAIL = env_str("FROM_EMAIL", f"Pixtract <pixtract@{socket.gethostname()}>")
EMAIL_TIMEOUT = 10
# The seven EMAIL_ settings follow from the one address.
globals().update(mail(env_secret("EMAIL_URL")))

# API
CSRF_FAILURE_VIEW = "pixtract.problems.csrf_failure"
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "accounts.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["pixtract.parsing.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "pixtract.negotiation.AlwaysJson",
    "EXCEPTION_HANDLER": "pixtract.problems.problem_response",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    # Without a proxy that is trusted, whatever a client says of its address is its own invention.
    "NUM_PROXIES": 1 if TRUSTED_PROXIES else 0,
    "DEFAULT_THROTTLE_RATES": {
        "user": env_rate("API_RATE", "6000/min"),
        "token": env_rate("TOKEN_RATE", "20/min"),
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Pixtract API",
    "DESCRIPTION": "Everything you can see or read in your own media, found in one search box.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "JobState": "gallery.models.JobState",
        "UploadProgress": "gallery.models.UploadState",
        "LabelState": "gallery.models.LabelState",
        "CategoryState": "gallery.models.CategoryState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "pixtract.openapi.add_problems",
    ],
}

# Metrics and logs
PIXTRACT_METRICS_TOKEN = env_secret("METRICS_TOKEN")
LOGGING = logging_config(env_choice("LOG_LEVEL", "INFO", LEVELS))

# Last: by now every variable has been asked for.
PIXTRACT_UNKNOWN_NAMES = unknown_names(os.environ)
