"""Typed readers of the environment: every setting that may differ between machines comes through here."""

import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

#: A given key shorter than this, or of fewer different signs, is no secret.
SHORTEST_KEY = 32
FEWEST_SIGNS = 10

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def flag(name: str, *, default: bool) -> bool:
    return env.bool(name, default=default)


def words(name: str, default: list[str]) -> list[str]:
    return [word.strip() for word in env.list(name, default=default) if word.strip()]


def data_dir() -> Path:
    """Where everything the program writes lives (database, queue, uploads); made when missing."""
    path = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()
    # "static" too: whitenoise warns about a missing folder at every start.
    (path / "static").mkdir(parents=True, exist_ok=True)
    return path


def secret_key(directory: Path, *, debug: bool) -> str:
    """SECRET_KEY from the environment, else one made at first start and kept beside the data, readable by its owner only.

    A key that can be guessed lets anybody write himself a session: with it the program does not start.
    """
    given = env.str("SECRET_KEY", default="")
    if given:
        return _not_guessable("SECRET_KEY", given, debug=debug)
    kept = directory / "secret_key"
    try:
        with kept.open("x", encoding="ascii") as file:
            kept.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text(encoding="ascii").strip()


def keys(name: str, *, debug: bool) -> list[str]:
    """Further keys, the newest first."""
    return [_not_guessable(name, key, debug=debug) for key in words(name, [])]


def _not_guessable(name: str, key: str, *, debug: bool) -> str:
    guessable = len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_SIGNS or key.startswith("django-insecure-")
    if guessable and not debug:
        raise ImproperlyConfigured(
            f"{name} 太简单：至少 {SHORTEST_KEY} 位随机字符（建议 50 位以上）。"
            "可以用 python3 -c 'import secrets; print(secrets.token_urlsafe(50))' 生成。"
        )
    return key


def answers_requests(command: list[str]) -> bool:
    """Whether this process is the web's. manage.py and celery work for the house; whatever is not known is the web's."""
    program = Path(command[0])
    name = program.name
    package = program.parent.name if name == "__main__.py" else ""
    if command[1:2] == ["runserver"]:
        return True
    return name not in {"manage.py", "celery", "django-admin"} and package not in {"celery", "django"}


def database(directory: Path, *, url: str) -> dict:
    """The database of `url`, else SQLite in WAL mode under the data directory.

    IMMEDIATE transactions are not a preference: with SQLite's default two of four writing
    processes died with "database is locked" when it was measured.
    """
    settings = env.db_url_config(url or f"sqlite:///{directory / 'zhucun.sqlite3'}")
    if "sqlite" in settings["ENGINE"]:
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        # Its just-in-time compiler takes half a second for a query of a tenth: costs are guessed high for a whole province.
        settings.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
        settings["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
        # Tests run in a database that sorts by Chinese rules where tests/run.py could make one.
        settings["TEST"] = {"TEMPLATE": env.str("TEST_DATABASE_TEMPLATE", default="") or None}
    return settings
