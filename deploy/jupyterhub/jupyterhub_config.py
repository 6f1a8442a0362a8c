"""JupyterHub for one machine: a server for each learner, with the lessons and JupyterLab. How to start it: ../README.md."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from ailab.vision import BUNDLED

c = get_config()  # noqa: F821 - traitlets puts it there

#: Everything that must outlive a restart: codes, hashed passwords, who is logged in, the learners' notebooks.
folder = Path(os.environ.get("AILAB_HUB", ".")).resolve()


def codes(name: str) -> set[str]:
    """Codes in a file of the folder, one a line."""
    path = folder / name
    return {line.strip().lower() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()} if path.exists() else set()


# Who may come in: whoever holds a card with a code. At the first login they choose a password, which is asked for from then on. No names.
c.JupyterHub.authenticator_class = "firstuseauthenticator.FirstUseAuthenticator"
c.FirstUseAuthenticator.create_users = False
c.FirstUseAuthenticator.min_password_length = 8
c.FirstUseAuthenticator.dbm_path = str(folder / "passwords.dbm")
c.Authenticator.allowed_users = codes("learners.txt")
c.Authenticator.admin_users = codes("trainers.txt")  # see who is there, stop servers, delete a code so that its password can be chosen anew
if not c.Authenticator.allowed_users | c.Authenticator.admin_users:
    sys.exit(f"Put codes into {folder / 'learners.txt'}, one a line: see deploy/README.md.")
c.JupyterHub.template_vars = {
    "announcement_login": (
        "Tên đăng nhập (Username) là mã trên thẻ của bạn. Lần đầu, bạn tự đặt mật khẩu (Password), ít nhất 8 ký tự; các lần sau gõ lại mật khẩu đó.<br>"
        "The username is the code on your card. The first time, choose a password of at least 8 characters; type it again from then on."
    ),
}

# What a learner gets.
c.JupyterHub.spawner_class = os.environ.get("AILAB_SPAWNER", "simple")
c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "homes" / "{username}")
c.SystemdSpawner.dynamic_users = True
c.SystemdSpawner.isolate_tmp = True
c.Spawner.cmd = [sys.executable, "-m", "ailab.singleuser"]
c.Spawner.default_url = "/lessons/"
c.Spawner.disable_user_config = True
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.mem_limit = "1G"  # the simple spawner cannot hold anybody to it; systemd and Kubernetes do

# The models, once for all learners.
models = os.environ.get("AILAB_INFERENCE", "http://127.0.0.1:8870")
c.Spawner.environment = {"AILAB_INFERENCE": models, "AILAB_LANG": os.environ.get("AILAB_LANG", "vi"), "AILAB_FORK": "no"}
address = urlsplit(models)
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600", "--cull-every=300"],
    },
]
if address.hostname in {"127.0.0.1", "localhost"}:  # elsewhere it is somebody else's to start
    c.JupyterHub.services.append(
        {"name": "models", "command": [sys.executable, "-m", "ailab.inference", "--stay", "--model", f"crops={BUNDLED}", "--port", str(address.port)]},
    )
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    },
]

# How many at once: the rest are told to come back in some minutes.
c.JupyterHub.active_server_limit = int(os.environ.get("AILAB_LEARNERS", "40"))
c.JupyterHub.concurrent_spawn_limit = 2 * (os.cpu_count() or 1)

# Where it is. Behind a proxy that speaks HTTPS in any network but a closed one.
c.JupyterHub.bind_url = os.environ.get("AILAB_URL", "http://127.0.0.1:8000")
c.JupyterHub.db_url = f"sqlite:///{folder / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")
c.JupyterHub.shutdown_on_logout = True
