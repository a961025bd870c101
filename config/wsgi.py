"""WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from config.deployment import warn_of_what_is_missing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
warn_of_what_is_missing()
