"""What can be known of deploy/ without a cluster and without a container: names, figures and paths that agree with each other and with the package."""

import json
import re
import runpy
import subprocess
import sys
import tomllib
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from traitlets.config import Config

from ailab.classroom import PORT

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
VALUES = yaml.safe_load((DEPLOY / "kubernetes/values.yaml").read_text("utf-8"))
DEPLOYMENT, SERVICE, POLICY = yaml.safe_load_all((DEPLOY / "kubernetes/models.yaml").read_text("utf-8"))
#: Names that the schema of the chart (Zero to JupyterHub 4) has: any other is refused by helm.
CHART = {
    "hub": {"activeServerLimit", "concurrentSpawnLimit", "config", "redirectToServer", "resources", "shutdownOnLogout", "templateVars"},
    "proxy": {"https"},
    "singleuser": {
        "allowPrivilegeEscalation", "cloudMetadata", "cmd", "cpu", "defaultUrl", "extraEnv", "extraLabels", "fsGid", "image", "memory", "networkPolicy",
        "startTimeout", "storage", "uid",
    },
    "cull": {"enabled", "every", "timeout"},
    "prePuller": {"continuous"},
}  # fmt: skip


def instructions(name):
    """What follows a word of the Containerfile, with its continuation lines."""
    lines = re.sub(r"\\\n\s*", "", CONTAINERFILE).splitlines()
    return [line.removeprefix(name).strip() for line in lines if line.startswith(f"{name} ")]


def test_container_copies_what_is_there():
    sources = [path for line in instructions("COPY") if not line.startswith("--from") for path in line.split()[:-1]]
    assert {"constraints.txt", "pyproject.toml", "ailab", "notebooks"} <= set(sources)
    for path in sources:
        assert (ROOT / path).exists(), path
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {*project["project"]["license-files"], project["project"]["readme"], *project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]}
    copied = {name for name in needed if any(name == path or name.startswith(f"{path}/") for path in sources)}
    assert needed == copied, "the wheel cannot be built without them"
    assert "hub" in project["project"]["optional-dependencies"]


def test_container_installs_the_versions_that_were_tested():
    installs = [part for line in instructions("RUN") for part in line.split("&&") if "pip install" in part]
    assert len(installs) == 2
    assert all("-c constraints.txt" in part for part in installs)


def test_container_runs_as_nobody_in_particular_what_the_package_has():
    assert instructions("USER")[-1] == str(VALUES["singleuser"]["uid"])
    assert instructions("FROM")[0].startswith("docker.io/library/python:3.11-slim")
    assert f"useradd --create-home --uid {VALUES['singleuser']['uid']}" in CONTAINERFILE
    assert instructions("WORKDIR")[-1] == VALUES["singleuser"]["storage"]["homeMountPath"]
    command = json.loads(instructions("CMD")[-1])
    assert command[:2] == ["ailab", "serve"]
    known = subprocess.run([sys.executable, "-m", "ailab", "serve", "--help"], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    assert all(option in known for option in command if option.startswith("--"))
    assert str(PORT) in command
    assert str(PORT) in instructions("HEALTHCHECK")[0]
    assert instructions("EXPOSE") == [str(PORT)]


def test_codes_that_were_saved_on_windows(tmp_path, monkeypatch):
    (tmp_path / "learners.txt").write_bytes("\ufefflua-1\r\nngo-2\r\n".encode())
    monkeypatch.setenv("AILAB_HUB", str(tmp_path))
    config = Config()
    runpy.run_path(str(DEPLOY / "jupyterhub/jupyterhub_config.py"), {"get_config": lambda: config})
    assert config.Authenticator.allowed_users == {"lua-1", "ngo-2"}


def test_values_use_names_that_the_chart_has():
    assert set(VALUES) == set(CHART)
    for part, names in CHART.items():
        assert set(VALUES[part]) <= names, part


def test_a_learners_server_starts_what_the_package_has():
    python, flag, module = VALUES["singleuser"]["cmd"]
    assert (python, flag) == ("python", "-m")
    assert find_spec(module)
    assert VALUES["singleuser"]["defaultUrl"] == "/lessons/"


def test_nothing_gets_out():
    network = VALUES["singleuser"]["networkPolicy"]
    assert network["enabled"]
    assert [rule for rule, allowed in network["egressAllowRules"].items() if allowed] == ["dnsPortsKubeSystemNamespace"]
    (rule,) = network["egress"]
    assert rule["to"] == [{"podSelector": {"matchLabels": DEPLOYMENT["spec"]["template"]["metadata"]["labels"]}}]
    assert "egress" not in POLICY["spec"]
    assert "Egress" in POLICY["spec"]["policyTypes"]
    assert POLICY["spec"]["ingress"][0]["from"] == [{"podSelector": {"matchLabels": VALUES["singleuser"]["extraLabels"]}}]


def test_learners_find_the_models():
    port = SERVICE["spec"]["ports"][0]["port"]
    assert VALUES["singleuser"]["extraEnv"]["AILAB_INFERENCE"] == f"http://{SERVICE['metadata']['name']}:{port}"
    labels = DEPLOYMENT["spec"]["template"]["metadata"]["labels"]
    assert SERVICE["spec"]["selector"] == DEPLOYMENT["spec"]["selector"]["matchLabels"] == POLICY["spec"]["podSelector"]["matchLabels"] == labels
    (container,) = DEPLOYMENT["spec"]["template"]["spec"]["containers"]
    assert container["ports"][0]["containerPort"] == port == VALUES["singleuser"]["networkPolicy"]["egress"][0]["ports"][0]["port"]
    assert container["image"] == f"{VALUES['singleuser']['image']['name']}:{VALUES['singleuser']['image']['tag']}"


def test_the_command_of_the_models_goes_on_without_standard_input():
    """Its very words, on another port."""
    (container,) = DEPLOYMENT["spec"]["template"]["spec"]["containers"]
    words = container["args"][0].replace("python ", f"{sys.executable} ").replace("--host 0.0.0.0 --port 8870", "--host 127.0.0.1 --port 0")
    process = subprocess.Popen([*container["command"], words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        url = f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for probe in ("readinessProbe", "livenessProbe"):
            assert opener.open(url + container[probe]["httpGet"]["path"], timeout=10).status == 200
        assert json.load(opener.open(f"{url}/v2/models/crops", timeout=10))["name"] == "crops"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
