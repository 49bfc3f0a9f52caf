"""邮件: SMTP with or without a login, over TLS or not; one mail for each address."""

from duban.channels.carriers.carrier import MAIL, Carrier

_PLUGIN = "duban.channels.carriers.mail.plugin:MailPlugin"

CARRIER = Carrier(
    "mail",
    {"mailto": _PLUGIN, "mailtos": _PLUGIN},
    clear=True,
    host_is_public=True,
    addresses="targets",
    secrets=((r"(?i)(?P<head>\bAUTH (?:PLAIN|LOGIN) )[A-Za-z0-9+/=]{4,}", r"\g<head>***"),),
    address_forms={"mail": MAIL},
    address_form=MAIL,
    attaches=True,
)
