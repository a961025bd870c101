"""Between login and the first page: sessions that are too old, the second factor, the first password.

Nothing but the pages named here answers before a person has passed them, whatever the address asked for.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from townships import wall
from townships.access import may_use_admin
from townships.account_trail import tell
from townships.actions.second_factor import has_factor, must_have_factor
from townships.models import User
from townships.passwords import NOTICE_DAYS, days_left

#: Session keys: when it began, when it was last used, whether a second factor is owed, how he came in,
#: whether he works at a desk (a session that does not say is a desk's: the stricter).
BEGAN, SEEN, OWES_FACTOR, WAY, AT_DESK = "began", "seen", "owes_factor", "way", "at_desk"
#: The time of last use is written at most this often: every request would be a write.
SEEN_EVERY = 60

ALWAYS_OPEN = ("townships:logout", "townships:large_type", "townships:login")
FACTOR_PAGES = ("townships:second_factor", "townships:second_factor_enrol")


def enter(request: HttpRequest, user: User, *, way: str) -> None:
    """Log in by `way` (password, sso) and keep what the gate needs to know."""
    login(request, user, backend="townships.access.UnitAccessBackend")
    wall.enter(user)
    now = timezone.now().timestamp()
    request.session.update({BEGAN: now, SEEN: now, WAY: way, AT_DESK: may_use_admin(user)})
    request.session[OWES_FACTOR] = not user.is_demo and has_factor(user)
    tell("account.logged_in", about=user, actor=user, way=way)
    left = password_days_left(request, user)
    if left is not None and 0 < left <= NOTICE_DAYS:
        messages.info(request, f"密码还有 {left} 天到期，请在“修改密码”里换一个。")


def session_gate(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: ends what is too old, leads to what is owed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            reason = _too_old(request)
            if reason:
                return _end(request, reason)
            detour = _detour(request)
            if detour:
                return HttpResponseRedirect(reverse(detour))
        return get_response(request)

    return middleware


def _too_old(request: HttpRequest) -> str:
    """Why the session is over, "" while it is not. A limit of 0 is none.

    A phone in a village reaches its owner's own things or his team's, twice a day: asking for the password each
    time would only teach people to write it on the case.
    """
    idle, longest = settings.SESSION_IDLE_MINUTES * 60, settings.SESSION_ABSOLUTE_HOURS * 3600
    if not request.session.get(AT_DESK, True):
        idle, longest = 0, settings.SESSION_PHONE_DAYS * 86_400
    if not idle and not longest:
        return ""
    now = timezone.now().timestamp()
    began, seen = request.session.get(BEGAN), request.session.get(SEEN)
    if began is None or seen is None:
        request.session.update({BEGAN: now, SEEN: now})
        return ""
    if longest and now - began >= longest:
        return "absolute"
    if idle and now - seen >= idle:
        return "idle"
    if now - seen >= SEEN_EVERY:
        request.session[SEEN] = now
    return ""


def _end(request: HttpRequest, reason: str) -> HttpResponse:
    tell("account.logged_out", about=request.user, actor=request.user, reason=reason)
    # Not back to the login page itself: it would lead to itself.
    goes_back = request.method == "GET" and request.path_info not in _addresses(ALWAYS_OPEN)
    back = request.get_full_path() if goes_back else "/"
    logout(request)
    messages.info(
        request, "很久没有操作，已自动退出，请重新登录。" if reason == "idle" else "登录时间太长，请重新登录。"
    )
    return redirect_to_login(back)


def _detour(request: HttpRequest) -> str:
    """The page that must come first; "" when the way is free."""
    owed = _owed(request)
    if not owed:
        return ""
    open_pages = ALWAYS_OPEN + (FACTOR_PAGES if owed in FACTOR_PAGES else (owed,))
    return "" if request.path_info in _addresses(open_pages) else owed


def _addresses(pages: tuple[str, ...]) -> set[str]:
    return {reverse(page) for page in pages}


def _owed(request: HttpRequest) -> str:
    user = request.user
    if user.is_demo:
        return ""
    if not passed_factor(request):
        if request.session.get(OWES_FACTOR):
            return "townships:second_factor"
        if must_have_factor(user):
            return "townships:second_factor" if has_factor(user) else "townships:second_factor_enrol"
    if request.session.get(WAY) != "sso" and user.must_change_password:
        return "townships:password_change"
    return "townships:password_change" if password_days_left(request, user) == 0 else ""


def password_days_left(request: HttpRequest, user: User) -> int | None:
    """None where the password has no end. Whoever came by single sign-on used no password of ours."""
    if user.is_demo or request.session.get(WAY) == "sso":
        return None
    return days_left(user, at_desk=request.session.get(AT_DESK, True), now=timezone.now())


def passed_factor(request: HttpRequest) -> bool:
    """Whether this session was verified by a device that is still his."""
    device_id = request.session.get(DEVICE_ID_SESSION_KEY)
    if not device_id:
        return False
    device = Device.from_persistent_id(device_id)
    return device is not None and device.user_id == request.user.pk and device.confirmed
