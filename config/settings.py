"""The one settings module; what differs between machines comes from the environment through config.env."""

import sys
from datetime import timedelta
from urllib.parse import urlsplit

from config.env import BASE_DIR, answers_requests, data_dir, database, env, flag, keys, secret_key, words
from config.unfold import UNFOLD  # noqa: F401 - read by django-unfold

DATA_DIR = data_dir()
DEBUG = flag("DEBUG", default=False)
SECRET_KEY = secret_key(DATA_DIR, debug=DEBUG)
SECRET_KEY_IS_OURS = not env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = keys("OLD_SECRET_KEYS", debug=DEBUG)
# Seal secrets at rest (townships.sealing): the first seals, every one opens.
SEALING_KEYS = [*keys("SEALING_KEYS", debug=DEBUG), SECRET_KEY, *SECRET_KEY_FALLBACKS]
# Demo accounts have public passwords: they open only where somebody asked for it.
DEMO_LOGINS = DEBUG or flag("ZHUCUN_DEMO", default=False)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS", [])
REDIS_URL = env.str("REDIS_URL", default="")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "unfold.contrib.simple_history",
    "config.apps.ZhucunAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "import_export",
    "simple_history",
    "django_celery_beat",
    "django_celery_results",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "townships",
    "cadres",
    "attendance",
    "reports",
]

MIDDLEWARE = [
    "townships.request_origin.remember_origin",
    "django.middleware.security.SecurityMiddleware",
    "config.csp.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "townships.bad_requests.RefuseBadRequests",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # All that follows reads and writes within the user's reach.
    "townships.wall.wall",
    # Fails closed: a view is for people who logged in unless it says otherwise.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "townships.session_gate.session_gate",
    # Last: turns a locked login into the page that says when to try again.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "townships.context.shell",
            ],
        },
    },
]

# The web connects as a role behind the wall (townships.wall); migrations, commands and workers as the tables' owner.
DATABASE_URL = env.str("DATABASE_URL", default="")
OWNER_DATABASE_URL = env.str("OWNER_DATABASE_URL", default="")
WALL_ROLE = (urlsplit(DATABASE_URL).username or "") if OWNER_DATABASE_URL else ""
WALL = bool(OWNER_DATABASE_URL) and answers_requests(sys.argv)
DATABASES = {"default": database(DATA_DIR, url=DATABASE_URL if WALL or not OWNER_DATABASE_URL else OWNER_DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "townships.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "townships.access.UnitAccessBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "townships.passwords.Composition", "OPTIONS": {"min_length": 10, "kinds": 3}},
    {"NAME": "townships.passwords.NotAboutOneself"},
    {"NAME": "cadres.passwords.NotOnesNameOrNumbers"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "townships.passwords.NotUsedRecently"},
]
# Guardian must not make an account of its own, and object permissions go to units alone.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
# Our backend answers for guardian's permissions, inherited down the tree and dated; guardian's own knows neither.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
LOGIN_URL = "townships:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "townships:login"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Files people send (proofs) are for the service alone.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Several tables at once; what is larger is refused by its length, before it is read.
REQUEST_MAX_BYTES = 100 * 1024 * 1024

if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = flag("HTTPS", default=False)
if HTTPS:
    SECURE_SSL_REDIRECT = True
    # The proxy says how the request reached it; the site itself must not be reachable past the proxy.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Lockout at the door (townships.lockout): an account after five failures, a whole address after fifty.
AXES_HANDLER = "townships.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_FAILURE_LIMIT = 5
ADDRESS_FAILURE_LIMIT = 50
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOCKOUT_MINUTES", default=15))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "townships.views.account.locked"
AXES_CLIENT_IP_CALLABLE = "townships.request_origin.address_of"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the trail keeps the logins
AXES_VERBOSE = False

# Limits of a session; 0 is none.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_ABSOLUTE_HOURS = env.int("SESSION_ABSOLUTE_HOURS", default=12)
# Members and leaders on their phones.
SESSION_PHONE_DAYS = env.int("SESSION_PHONE_DAYS", default=14)
SESSION_COOKIE_AGE = max(SESSION_PHONE_DAYS * 24, SESSION_ABSOLUTE_HOURS, 1) * 60 * 60
# Days until a password must be changed, for those who work at a desk and for the others; 0 is never.
PASSWORD_DAYS = env.int("PASSWORD_DAYS", default=90)
PASSWORD_PHONE_DAYS = env.int("PASSWORD_PHONE_DAYS", default=0)
# Days after the last posting until the account itself is deactivated; its rights end with the posting.
ACCOUNT_KEEP_DAYS = env.int("ACCOUNT_KEEP_DAYS", default=30)
# Days an import can be taken back; then what was in its rows (identity numbers too) is cleared.
IMPORT_KEEP_DAYS = env.int("IMPORT_KEEP_DAYS", default=30)
# Days after its answer until the proof of a correction is deleted.
PROOF_KEEP_DAYS = env.int("PROOF_KEEP_DAYS", default=180)
# Roles (townships.roles, or "superuser") that must have a second factor; others may.
TOTP_ROLES = words("TOTP_ROLES", [])
OTP_TOTP_ISSUER = "驻村"

# Single sign-on; off while there is no issuer.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_SCOPE = env.str("OIDC_SCOPE", default="openid profile")
OIDC_CLAIM = env.str("OIDC_CLAIM", default="preferred_username")
OIDC_FIELD = env.str("OIDC_FIELD", default="username")
OIDC_LABEL = env.str("OIDC_LABEL", default="统一身份认证登录")

# Addresses of the proxies in front of us: what they write into X-Forwarded-For is believed, nobody else's.
TRUSTED_PROXIES = words("TRUSTED_PROXIES", ["127.0.0.1", "::1"])
# The law asks for six months at least; older entries go to files under DATA_DIR/audit.
AUDIT_KEEP_DAYS = env.int("AUDIT_KEEP_DAYS", default=366)

IMPORT_EXPORT_USE_TRANSACTIONS = True
SIMPLE_HISTORY_REVERT_DISABLED = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
