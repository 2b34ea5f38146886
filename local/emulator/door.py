"""Who is let in: no web page, and one administrator, by a signature that is checked."""

import hashlib
import hmac
import json
import os
import sys
from typing import Any

from ministack import app
from ministack.core import iam_evaluator, lambda_runtime
from ministack.core.responses import get_account_id
from ministack.services import sts

from local.loopback import refusal

Json = dict[str, Any]


def refuse_foreign_pages() -> None:
    """Refuse requests that a browser sends for a page of another site, and invite none by CORS headers.

    Plain MiniStack answers every page with `Access-Control-Allow-Origin: *`: one that guesses the port could create
    and run functions.
    """
    serve = app.app

    async def serve_this_machine(scope: Json, receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
        reason = refusal(headers) if scope["type"] in {"http", "websocket"} else None
        if reason is None:
            await serve(scope, receive, _without_wildcard(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _forbid(send, reason)

    app.app = serve_this_machine


async def _forbid(send: Any, reason: str) -> None:
    body = json.dumps({"message": f"Forbidden: {reason}"}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _without_wildcard(send: Any) -> Any:
    async def send_without(message: Json) -> None:
        if message["type"] == "http.response.start":
            headers = [
                (name, value)
                for name, value in message.get("headers", ())
                if (name.lower(), value) != (b"access-control-allow-origin", b"*")
            ]
            message = {**message, "headers": headers}
        await send(message)

    return send_without


def accept_one_administrator() -> None:
    """Accept as administrator the key of this checkout only, and check its signature; derive the roles' keys from it.

    Plain MiniStack takes the key `test`, an account's number or no key for the administrator, whatever the signature,
    and the keys of functions can be computed from their ARNs.
    """
    key, secret = os.environ["PACKHORSE_ACCESS_KEY_ID"], os.environ["PACKHORSE_SECRET_ACCESS_KEY"]
    enforce, enforce_api = iam_evaluator.enforce, app._enforce_execute_api
    resolve, of_role = iam_evaluator.resolve_credential, lambda_runtime.execution_credentials

    def resolve_own(access_key_id: str, account_id: str | None = None, *rest: Any, **options: Any) -> Any:
        if not hmac.compare_digest(access_key_id.encode(), key.encode()):
            return resolve(access_key_id, account_id, *rest, **options)
        account = account_id or get_account_id()
        return iam_evaluator.ResolvedCredential(
            access_key_id=key,
            secret_access_key=secret,
            account_id=account,
            principal_arn=f"arn:aws:iam::{account}:root",
            principal_id=account,
            principal_type="Root",
            source_access_key_id=key,
        )

    def of_role_by_secret(config: Json) -> dict[str, str]:
        public: dict[str, str] = of_role(config)
        own = {
            name: hmac.new(secret.encode(), f"{name}:{value}".encode(), hashlib.sha256).hexdigest()
            for name, value in public.items()
            if name != "AWS_ACCESS_KEY_ID"
        }
        session = sts._sessions.get(public["AWS_ACCESS_KEY_ID"])
        if session is None:  # no policies are checked
            return public
        session |= {"SecretAccessKey": own["AWS_SECRET_ACCESS_KEY"], "SessionToken": own["AWS_SESSION_TOKEN"]}
        return {**public, **own}

    def enforce_signed_api(*route: Any, **options: Any) -> Any:
        """Check the signature where the route demands one: a preflight, or a path without a route, has none."""
        is_signed = app._execute_api_authorization_type(*route[:4]) == "AWS_IAM"
        return enforce_api(*route, **options) if is_signed else None

    def enforce_signed(access_key_id: str, action: str, service: str, *rest: Any, **options: Any) -> Any:
        """Check everything but what AWS serves unsigned, such as a sign-in."""
        is_open = not access_key_id and iam_evaluator._served_unsigned(service, action)
        return None if is_open else enforce(access_key_id, action, service, *rest, **options)

    app._enforce_execute_api, lambda_runtime.execution_credentials = enforce_signed_api, of_role_by_secret
    _replace_everywhere(enforce, enforce_signed)
    _replace_everywhere(resolve, resolve_own)
    _replace_everywhere(iam_evaluator.is_root_access_key, _nobody)


def _replace_everywhere(function: Any, new: Any) -> None:
    """Replace a function in all modules of MiniStack that have imported it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("ministack."):
            for attribute in [each for each, value in vars(module).items() if value is function]:
                setattr(module, attribute, new)


def _nobody(_: str) -> bool:
    return False
