"""What an address of a cluster must be."""

from __future__ import annotations

from distributed.comm.addressing import parse_address, parse_host_port
from distributed.security import Security

from backend.spec import SpecError


def host_and_port(address: str, *, role: str) -> tuple[str, int]:
    """Those of the address of a scheduler, for a `client` or a `worker`. Raises SpecError where it is none, or is one
    of TLS without certificates."""
    try:
        scheme, place = parse_address(address)
        host, port = parse_host_port(place)
    except ValueError as error:
        raise SpecError(f"a cluster must be an address such as tcp://host:8786, got {address!r}: {error}") from None
    if scheme == "tls" and Security().get_connection_args(role).get("ssl_context") is None:
        raise SpecError(f"{address} needs certificates: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "
                        f"..._TLS__{role.upper()}__CERT and ..._KEY, as docs/cluster.md says")
    return host, port
