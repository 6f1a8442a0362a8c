"""The addresses at which phones reach this laptop, found without sending a packet, and their QR code."""

from __future__ import annotations

import io
import ipaddress
import socket

import psutil
import segno

__all__ = ["is_loopback", "lan_addresses", "qr_svg", "qr_terminal"]

# Adapters of virtual machines, containers and tunnels: no phone is behind them.
_VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vmware", "virtualbox", "vboxnet", "vethernet", "tun", "tap", "zt", "tailscale")
# Phones come over Wi-Fi: Linux, Windows, macOS (its Wi-Fi, its shared internet), and the adapter of Windows' own hotspot.
_WIRELESS = ("wl", "wi-fi", "wifi", "en0", "bridge100", "ap", "local area connection*")
# What Windows' own hotspot always has, whatever its adapter is called: phones are there, while the laptop's Wi-Fi may lead elsewhere.
_HOTSPOT = "192.168.137.1"


def lan_addresses() -> list[str]:
    """IPv4 addresses of this machine in local networks, the hotspot of Windows first, then Wi-Fi; empty where there is no network.

    Read from the adapters: no packet is sent and no name is looked up.

    Returns
    -------
    list of str
    """
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        (address.address != _HOTSPOT, not name.lower().startswith(_WIRELESS), address.address)
        for name, addresses in psutil.net_if_addrs().items()
        if name in up and not name.lower().startswith(_VIRTUAL)
        for address in addresses
        if address.family == socket.AF_INET and _is_local(address.address)
    ]
    return [address for *_order, address in sorted(found, key=lambda one: one[:2])]


def is_loopback(host: str) -> bool:
    """Tell whether a host of a URL means the machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def qr_svg(url: str) -> str:
    """QR code of an address as an inline SVG element that scales with its box."""
    return segno.make(url, error="m").svg_inline(scale=4, border=2, dark="#1d2b24", light="#ffffff", omitsize=True)


def qr_terminal(url: str) -> str:
    """QR code of an address as text for a terminal."""
    out = io.StringIO()
    segno.make(url, error="l").terminal(out, border=2, compact=True)
    return out.getvalue()


def _is_local(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return ip.is_private and not ip.is_loopback and not ip.is_link_local and not ip.is_unspecified
