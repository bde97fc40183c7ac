"""Taking a sign-in back at Google (RFC 7009)."""

from __future__ import annotations

from outtray.accounts.client_file import OAuthClient
from outtray.accounts.google_http import post_form
from outtray.model.accounts import GoogleUnavailable


def revoke(client: OAuthClient, token: str) -> bool:
    """Asks Google to end the sign-in of `token`; whether it is certain to have ended.

    A token that Google no longer knows has ended already.
    """
    try:
        reply = post_form(client.revoke_uri, {"token": token})
    except GoogleUnavailable:
        return False
    return reply.status == 200 or reply.text("error") == "invalid_token"
