"""The one list of what may be reached without signing in. Everything else asks for a login."""

PUBLIC_ROUTES = frozenset(
    {
        "healthz",
        "readyz",
        "demo_accounts",
        "demo_messages",
        "demo_unsteady",
        "sign_in_by_link",
        "invitation",
        "favicon",
        "wait_hook",
        "trigger_hook",
        "trigger_hook_test",
        "trigger_form",
        "trigger_form_result",
        "editor:shared",
        "api-v1:shared_open",
        "api-v1:shared_run_start",
        "api-v1:shared_run_get",
        "api-v1:shared_run_cancel",
        "api-v1:replay_get",
        "api-v1:replay_node_get",
        "api-v1:replay_step_list",
        "api-v1:replay_scope_get",
        "api-v1:openapi-json",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
    }
)
"""Names of routes. Static files are served before routes are looked at."""

API_NAMESPACE = "api-v1"
"""The API answers 401 by itself instead of redirecting; its operations ask for a session or a key, but for those named above."""
