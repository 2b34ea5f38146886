"""MiniStack, the local AWS, with the patches that Packhorse needs.

It runs in an environment of its own (requirements/emulator.txt). The patches depend on MiniStack's internals, so its
version is pinned. Each patch is one function that names the difference between plain MiniStack and AWS, with a test
in tests/local/emulator.

PACKHORSE_RUNTIME_PYTHON is the interpreter of the environment that stands for Lambda's own Python
(requirements/runtime.txt), PACKHORSE_ACCESS_KEY_ID and PACKHORSE_SECRET_ACCESS_KEY are the key of the administrator.
"""
