"""The admin's look (django-unfold)."""

UNFOLD = {"SITE_TITLE": "驻村", "SITE_HEADER": "驻村"}
