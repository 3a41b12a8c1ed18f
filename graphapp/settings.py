"""Settings: values only, read from the environment (or `.env`). Each one is explained in docs/operations.md."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from django.conf import global_settings

from graphapp import datadir
from graphapp.blob_storage import blob_storage
from graphapp.database import database_from
from graphapp.env import env_bool, env_choice, env_float, env_int, env_list, env_str, env_url, read_dotenv
from graphapp.secrets import new_credential_key, new_key, secret

django_stubs_ext.monkeypatch()  # lets generic Django classes be written with their type: ModelAdmin[Run]

# --- Where things are

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules
if not TESTING:
    read_dotenv(BASE_DIR / ".env")

GRAPHAPP_DATA_DIR = Path(env_str("GRAPHAPP_DATA_DIR") or BASE_DIR / ".data").expanduser().resolve()
GRAPHAPP_BASE_URL = env_url("GRAPHAPP_BASE_URL", "http://127.0.0.1:8000", schemes=("http", "https"))
_base = urlsplit(GRAPHAPP_BASE_URL)
_host = _base.hostname or ""
_https = _base.scheme == "https"
_local = _host in {"127.0.0.1", "localhost", "::1"}

# --- Core

DEBUG = env_bool("DEBUG", default=False)
GRAPHAPP_DEPLOYED = bool(env_str("DATABASE_URL"))
SECRET_KEY = secret("SECRET_KEY", data_dir=GRAPHAPP_DATA_DIR, deployed=GRAPHAPP_DEPLOYED, make=new_key)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
GRAPHAPP_CREDENTIAL_KEY = secret(
    "GRAPHAPP_CREDENTIAL_KEY", data_dir=GRAPHAPP_DATA_DIR, deployed=GRAPHAPP_DEPLOYED, make=new_credential_key
)
GRAPHAPP_CREDENTIAL_KEY_FALLBACKS = env_list("GRAPHAPP_CREDENTIAL_KEY_FALLBACKS")
ALLOWED_HOSTS = [_host, *(["127.0.0.1", "localhost", "[::1]"] if _local else []), *env_list("GRAPHAPP_ALLOWED_HOSTS")]
ROOT_URLCONF = "graphapp.urls"
ASGI_APPLICATION = "graphapp.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "ninja",
    "graphapp",
    "graphapp.accounts",
    "editor",
    "runs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "graphapp.middleware.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "graphapp.middleware.LoginByDefaultMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "graphapp" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Stores

GRAPHAPP_EMBEDDED_DATABASE = not env_str("DATABASE_URL")
GRAPHAPP_EMBEDDED_REDIS = not env_str("REDIS_URL")
DATABASE_URL = env_str("DATABASE_URL") or datadir.database_url(GRAPHAPP_DATA_DIR)
REDIS_URL = env_url("REDIS_URL", datadir.redis_url(GRAPHAPP_DATA_DIR), schemes=("redis", "rediss", "unix"))
GRAPHAPP_DB_POOL = env_int("GRAPHAPP_DB_POOL", 20, least=1)
DATABASES = {"default": database_from(DATABASE_URL, pool_size=GRAPHAPP_DB_POOL)}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # A subscriber waits for as long as nothing happens, and every consumer holds a connection.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None, "max_connections": 10_000}], "prefix": "graphapp"},
    }
}
CACHES = {
    "default": {
        "BACKEND": "graphapp.caching.OptionalRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "graphapp:cache",
        "OPTIONS": {"serializer": "graphapp.caching.JsonSerializer", "socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# --- Work

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "health_check_interval": 30,
    # A message is a hint that a sweeper repeats: to keep account of unread ones in Redis cost more than the work of a small run.
    "ack_emulation": False,
    # A request that cannot send its hint gives up at once: a sweeper will see the run.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.05,
    "interval_max": 0.05,
    "connect_retries_timeout": 1,
}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_DEFAULT_QUEUE = "graphapp"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = GRAPHAPP_WORKER_CONCURRENCY = env_int("GRAPHAPP_WORKER_CONCURRENCY", 100, least=1)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False

GRAPHAPP_LEASE_SECONDS = env_float("GRAPHAPP_LEASE_SECONDS", 30.0)
GRAPHAPP_RENEW_SECONDS = env_float("GRAPHAPP_RENEW_SECONDS", 10.0)
GRAPHAPP_SWEEP_SECONDS = env_float("GRAPHAPP_SWEEP_SECONDS", 2.0)
GRAPHAPP_FLUSH_MIN_SECONDS = env_float("GRAPHAPP_FLUSH_MIN_SECONDS", 0.01)
GRAPHAPP_FLUSH_MAX_SECONDS = env_float("GRAPHAPP_FLUSH_MAX_SECONDS", 0.25)
GRAPHAPP_PARK_AFTER_SECONDS = env_float("GRAPHAPP_PARK_AFTER_SECONDS", 5.0)
GRAPHAPP_DRAIN_SECONDS = env_float("GRAPHAPP_DRAIN_SECONDS", 20.0)
GRAPHAPP_KEEP_EVENTS_DAYS = env_float("GRAPHAPP_KEEP_EVENTS_DAYS", 30.0)
GRAPHAPP_KEEP_TRIGGER_CALLS_DAYS = env_float("GRAPHAPP_KEEP_TRIGGER_CALLS_DAYS", 14.0)
GRAPHAPP_KEEP_NOTIFICATIONS_DAYS = env_float("GRAPHAPP_KEEP_NOTIFICATIONS_DAYS", 90.0)
GRAPHAPP_BLOB_BYTES = env_int("GRAPHAPP_BLOB_BYTES", 1024 * 1024, least=0)
STORAGES = {**global_settings.STORAGES}
GRAPHAPP_BLOB_STORAGE = env_str("GRAPHAPP_BLOB_STORAGE", "database")
if GRAPHAPP_BLOB_STORAGE != "database":
    STORAGES["blobs"] = blob_storage(GRAPHAPP_BLOB_STORAGE, env_str("GRAPHAPP_BLOB_OPTIONS", "{}"), GRAPHAPP_DATA_DIR)
GRAPHAPP_HEARTBEAT_SECONDS = env_float("GRAPHAPP_HEARTBEAT_SECONDS", 4.0)
GRAPHAPP_ACK_SECONDS = env_float("GRAPHAPP_ACK_SECONDS", 60.0)
GRAPHAPP_MODEL_BASES = env_list("GRAPHAPP_MODEL_BASES")
GRAPHAPP_PROVIDER_SLOTS = env_list("GRAPHAPP_PROVIDER_SLOTS")
GRAPHAPP_LOCAL_MODEL_FILE = env_str("GRAPHAPP_LOCAL_MODEL_FILE")
GRAPHAPP_HTTP_ALLOW = env_list("GRAPHAPP_HTTP_ALLOW")
GRAPHAPP_HTTP_MAX_BYTES = env_int("GRAPHAPP_HTTP_MAX_BYTES", 10 * 1024 * 1024, least=1)
GRAPHAPP_EMBEDDING_MODEL = env_str("GRAPHAPP_EMBEDDING_MODEL", "local/minilm")
GRAPHAPP_UPLOAD_MAX_BYTES = env_int("GRAPHAPP_UPLOAD_MAX_BYTES", 25 * 1024 * 1024, least=1024)
GRAPHAPP_DOCUMENT_MAX_PAGES = env_int("GRAPHAPP_DOCUMENT_MAX_PAGES", 2000, least=1)
GRAPHAPP_INLINE_BYTES = env_int("GRAPHAPP_INLINE_BYTES", 8192, least=1)
GRAPHAPP_MAX_VALUE_BYTES = env_int("GRAPHAPP_MAX_VALUE_BYTES", 4 * 1024 * 1024, least=1024)
GRAPHAPP_SANDBOX_PROCESSES = env_int("GRAPHAPP_SANDBOX_PROCESSES", 2, least=1)

# --- The parts that are named, not imported

NODE_CATALOGUE = env_str("NODE_CATALOGUE", "runs.nodes.builtin_catalogue")
RUN_EXECUTOR = env_str("RUN_EXECUTOR", "runs.wiring.make_executor")
GRAPHAPP_API = "graphapp.api.api"
GRAPHAPP_API_RATE = env_int("GRAPHAPP_API_RATE", 600, least=1)
GRAPHAPP_ACTIVE_RUNS = env_int("GRAPHAPP_ACTIVE_RUNS", 100, least=0)
GRAPHAPP_SHARD_ABOVE = env_int("GRAPHAPP_SHARD_ABOVE", 2000, least=0)
GRAPHAPP_SHARD_ITEMS = env_int("GRAPHAPP_SHARD_ITEMS", 500, least=1)
GRAPHAPP_SHARDS = env_int("GRAPHAPP_SHARDS", 8, least=0)
GRAPHAPP_SOCKET_CONTRACT = "runs.api.socket.socket_contract"

# --- Accounts

AUTH_USER_MODEL = "accounts.User"
GRAPHAPP_OWNER_EMAIL = env_str("GRAPHAPP_OWNER_EMAIL", "owner@localhost.localdomain")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_hashers = ["Argon2PasswordHasher", "PBKDF2PasswordHasher"]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}" for name in (["MD5PasswordHasher"] if TESTING else []) + _hashers]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
GRAPHAPP_SIGNUP = env_choice("GRAPHAPP_SIGNUP", "invited", choices=("closed", "invited", "open"))
ACCOUNT_ADAPTER = "graphapp.accounts.adapter.SignUp"
ACCOUNT_FORMS = {"login": "graphapp.accounts.forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if GRAPHAPP_SIGNUP == "open" else "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login_failed": False}  # axes counts failed sign-ins, in the database
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # who is invited holds the address; where anybody may sign up, it is verified first
MFA_TOTP_ISSUER = "GraphApp"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
EMAIL_BACKEND = env_str("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", f"GraphApp <no-reply@{_host}>")
EMAIL_HOST = env_str("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25, least=1)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_str("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=False)

# --- The browser's side of security. Secure cookies need https, and a first start on a laptop has none.

CSRF_TRUSTED_ORIGINS = [GRAPHAPP_BASE_URL, *env_list("GRAPHAPP_TRUSTED_ORIGINS")]
GRAPHAPP_SOCKET_ORIGINS = [
    *CSRF_TRUSTED_ORIGINS,
    *([f"{_base.scheme}://{name}:{_base.port or 80}" for name in ("127.0.0.1", "localhost")] if _local else []),
]
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-sid", "__Host-csrftoken") if _https else ("sid", "csrftoken")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("GRAPHAPP_BEHIND_PROXY", default=False) else None
NINJA_NUM_PROXIES = 1 if SECURE_PROXY_SSL_HEADER else 0  # whose limit a call counts against: a stranger's header says nothing
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 9 * 1024 * 1024  # an API body may hold a document of 8 MiB; the API checks its own limits
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *(origin.replace("http", "ws", 1) for origin in dict.fromkeys(GRAPHAPP_SOCKET_ORIGINS))],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}

# --- Static files: the front end's bundle is built at set-up; whitenoise serves it from where it was built.

STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in [BASE_DIR / "frontend_static" / "dist"] if path.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = env_bool("GRAPHAPP_STATIC_REFRESH", default=DEBUG)
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[\w-]{8}\.\w+$"

# --- Language, time, logs

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = "graphapp.logs.configure"
LOGGING = {"level": env_str("GRAPHAPP_LOG_LEVEL", "INFO").upper(), "json": env_bool("GRAPHAPP_LOG_JSON", default=False)}
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # litellm asks the network for prices on import otherwise
