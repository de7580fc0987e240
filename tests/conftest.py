"""Keep every test away from the user's own Git and Copier settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from plumbum import local
from templates import snapshot

_SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Milepost tests",
    "GIT_AUTHOR_EMAIL": "tests@example.com",
    "GIT_COMMITTER_NAME": "Milepost tests",
    "GIT_COMMITTER_EMAIL": "tests@example.com",
}


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give Git and Copier, started here or by plumbum, settings of their own."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "settings.yml").write_text("{}\n", "utf-8")
    settings = {
        **_SETTINGS,
        "COPIER_SETTINGS_PATH": str(folder / "settings.yml"),
        "COPIER_CACHE_DIR": str(folder / "cache"),
    }
    with pytest.MonkeyPatch.context() as patch, local.env(**settings):
        for name, value in settings.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a plain folder that holds this tree's template, without its history."""
    return snapshot(tmp_path_factory.mktemp("template") / "milepost")
