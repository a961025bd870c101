"""What a page may load: only our own files, no inline scripts or styles; the admin's packages need a little more."""

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
#: Of the admin's packages: Alpine evaluates what stands in attributes (unsafe-eval), unfold writes colours and widths into
#: pages (inline styles). Scripts within pages none of them needs: what somebody typed never runs there either.
ADMIN_POLICY = f"{POLICY}; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'"


def content_security_policy(get_response):
    def middleware(request):
        response = get_response(request)
        policy = ADMIN_POLICY if request.path.startswith("/admin/") else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware
