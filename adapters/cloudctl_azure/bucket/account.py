"""One storage account, by its name: found wherever in the subscription it is. Looks do not repeat."""

from __future__ import annotations

from cloudctl.errors import CloudError, Kind
from cloudctl.retry import Call
from cloudctl_azure.arm_id import ArmId, fold
from cloudctl_azure.documents import Native
from cloudctl_azure.reading import every, present
from cloudctl_azure.session import Session

NAMESPACE = "Microsoft.Storage"
ACCOUNTS = f"{NAMESPACE}/storageAccounts"


def group_of(account: Native) -> str:
    """The resource group of an account."""
    place = ArmId.parse(str(account.get("id") or ""))
    return place.group if place else ""


class Account:
    """The storage account ``name``, in ``group`` unless it is found in another one."""

    def __init__(self, session: Session, call: Call, name: str, group: str) -> None:
        self.session, self.call, self.name, self.group = session, call, name, group

    @property
    def names(self) -> dict[str, str]:
        """The account as the calls of the SDK name it."""
        return {"resource_group_name": self.group, "account_name": self.name}

    def look(self) -> Native | None:
        """https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties, or .../list elsewhere.

        Azure gets an account only by its resource group, and the list may lag behind what was just made.
        """
        found = present(self.call.once, self.session.storage.storage_accounts.get_properties, **self.names)
        found = found or self._elsewhere()
        if found:
            self.group = group_of(found)
        return found

    def services(self) -> Native | None:
        """https://learn.microsoft.com/rest/api/storagerp/blob-services/get-service-properties"""
        return present(self.call.once, self.session.storage.blob_services.get_service_properties, **self.names)

    def _elsewhere(self) -> Native | None:
        try:
            accounts = every(self.call.once, self.session.storage.storage_accounts.list)
        except CloudError as error:
            if error.kind is Kind.DENIED:
                return None  # a role on one resource group cannot see the others: the creation itself tells
            raise
        return next((one for one in accounts if fold(one.get("name")) == fold(self.name)), None)
