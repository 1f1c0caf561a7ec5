"""The emulated AWS: a process of its own on a free port of this machine, and clients that talk to nothing else."""
from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from outcome import Failure

START_SECONDS = 60
# What starts the program, so that updates go as CloudFormation's do.
UPDATES = Path(__file__).with_name("aws_updates.py")
# Credentials that belong to nobody, and no file or metadata service that could hold real ones.
NOBODY = {
    "AWS_ACCESS_KEY_ID": "emulated",
    "AWS_SECRET_ACCESS_KEY": "emulated",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": "",
}


class Emulator:
    """A running emulator; leaving the `with` block ends it, and everything that was made in it is gone."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def __enter__(self) -> Emulator:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{port}"
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")} | NOBODY
        self._environment = environment
        self._process = subprocess.Popen([sys.executable, str(UPDATES), str(self._program), str(port)], env=environment,
                                         stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def client(self, service: str, region: str) -> Any:
        """Makes a boto3 client of one service."""
        return boto3.client(service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id="emulated",
                            aws_secret_access_key="emulated", config=Config(retries={"total_max_attempts": 1}))

    def cli(self, region: str, *arguments: str) -> dict[str, Any]:
        """Runs `aws`, as the runbook has people do it, and reads the JSON that it prints."""
        return json.loads(self.cli_text(region, *arguments))

    def cli_text(self, region: str, *arguments: str) -> str:
        """Runs `aws` where it prints something else than JSON."""
        command = [str(Path(sys.executable).with_name("aws")), "--endpoint-url", self.endpoint, "--region", region,
                   "--output", "json", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure(f"aws {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def last_error(self) -> str:
        """Finds the last error that the emulator itself logged: what it answers with is often no more than a 500."""
        self._log.flush()
        self._log.seek(0)
        found = re.findall(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception)\w*: .*)$", self._log.read(), re.MULTILINE)
        return found[-1] if found else "nothing in the emulator's log"

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.endpoint, timeout=5).close()
                return
            except urllib.error.HTTPError:
                return  # an answer, if not a friendly one
            except OSError:
                time.sleep(0.1)
        self._log.seek(0)
        raise Failure(f"{self._program} does not answer:\n{self._log.read()[-2000:]}")
