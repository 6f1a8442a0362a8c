import ipaddress
import socket

import pytest

from ailab.classroom import network


def test_addresses_are_local_ones_of_this_machine():
    for address in network.lan_addresses():
        ip = ipaddress.ip_address(address)
        assert ip.is_private
        assert not ip.is_loopback


def test_finding_them_sends_nothing(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a packet would leave, or a name would be looked up")

    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket, "socket", refuse)
    network.lan_addresses()


def plug_in(monkeypatch, adapters, *, down=()):
    """Give this machine other adapters."""

    def addresses(address):
        return [type("Address", (), {"family": socket.AF_INET, "address": address})]

    monkeypatch.setattr(network.psutil, "net_if_stats", lambda: {name: type("State", (), {"isup": name not in down}) for name in adapters})
    monkeypatch.setattr(network.psutil, "net_if_addrs", lambda: {name: addresses(address) for name, address in adapters.items()})


def test_wireless_comes_first_and_virtual_adapters_never(monkeypatch):
    adapters = {
        "eth0": "10.0.0.5",
        "docker0": "172.17.0.1",
        "wlan0": "192.168.1.4",
        "eth1": "10.9.9.9",
        "lo": "127.0.0.1",
        "eth2": "8.8.8.8",
        "eth3": "169.254.1.1",
    }
    plug_in(monkeypatch, adapters, down=["eth1"])
    assert network.lan_addresses() == ["192.168.1.4", "10.0.0.5"]


@pytest.mark.parametrize("hotspot", ["Local Area Connection* 2", "Kết nối cục bộ* 2"])
def test_the_hotspot_of_windows_comes_before_the_wi_fi_that_the_laptop_has_joined(monkeypatch, hotspot):
    plug_in(monkeypatch, {"Ethernet": "10.0.0.5", "Wi-Fi": "192.168.1.4", hotspot: "192.168.137.1"})
    assert network.lan_addresses() == ["192.168.137.1", "192.168.1.4", "10.0.0.5"]


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("127.0.0.1", True), ("[::1]", True), ("0.0.0.0", False), ("192.168.1.4", False), ("lap", False)]
)
def test_loopback(host, expected):
    assert network.is_loopback(host) is expected


def test_qr_codes():
    assert network.qr_svg("http://192.168.1.4:8866/").startswith("<svg")
    assert "█" in network.qr_terminal("http://192.168.1.4:8866/")
