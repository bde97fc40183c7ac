"""Which transport stands behind an account: the practice folders, or Gmail with the account's sign-in."""

from __future__ import annotations

from outtray.desk import Desk
from outtray.model.accounts import Account, AccountKind
from outtray.model.errors import Refused
from outtray.sending.transport import Transport
from outtray.store.settings import get_setting


def transport_for(desk: Desk, account: Account) -> Transport:
    """A transport of its own for each sender; raises Refused where the profile is of the other kind."""
    if (account.kind is AccountKind.PRACTICE) is not desk.practice:
        raise Refused(
            "wrong_profile", "A practice profile never sends by a real account, nor a real one by practice."
        )
    if account.kind is AccountKind.PRACTICE:
        from outtray.sending.practice import PracticeTransport

        return PracticeTransport(desk.profile.folder, desk.clock)
    from outtray.accounts.tokens import TokenSource
    from outtray.sending.gmail import GmailTransport, endpoint

    with desk.store.read() as connection:
        root = endpoint(get_setting(connection, "gmail.api_endpoint"))
    return GmailTransport(root, TokenSource(desk, account), monotonic=desk.clock.monotonic)
