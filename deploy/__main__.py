"""Commands of a deployment to AWS.

python -m deploy [STACK]         check the account, build, deploy, print what to do next
python -m deploy check [STACK]   check the account only
python -m deploy delete [STACK]  stop what waits, delete the stack, print what is kept
python -m deploy restore STACK TABLE RESTORED  make a table of template.yaml hold what a restored one holds
"""

import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy.answers import Answers, answered
from deploy.checks import Finding, Level, checked
from deploy.console import publish
from deploy.outcome import next_steps, outputs_of
from deploy.removal import kept, remove
from deploy.restoring import bring_back, table_of
from deploy.sam import DeploymentFailed, NotConfirmed, build, deploy

COMMANDS = ("check", "delete", "restore")
OF_RESTORE = 3
"""How many names the command `restore` takes."""
SIGNS = {Level.GOOD: "ok  ", Level.NOTE: "note", Level.STOP: "STOP"}


def main(arguments: list[str]) -> int:
    """Run a command; return the exit code."""
    command = arguments[0] if arguments and arguments[0] in COMMANDS else ""
    rest = arguments[1:] if command else arguments
    if command == "restore" and len(rest) != OF_RESTORE:
        sys.exit("name the stack, the table as in template.yaml, and the restored table")
    answers = answered(rest[0] if rest else "packhorse", sys.stdin.isatty())
    session = boto3.Session(region_name=answers.region)
    try:
        if command == "restore":
            return _restore(session, answers, *rest[1:])
        return {"check": _check, "delete": _delete, "": _deploy}[command](session, answers)
    except (ClientError, BotoCoreError, DeploymentFailed) as failure:
        print(f"failed: {failure}", file=sys.stderr)
        return 1


def _check(session: boto3.Session, answers: Answers) -> int:
    findings = []
    for finding in checked(session, answers):
        findings.append(finding)
        print_finding(finding)
    return 1 if any(finding.level is Level.STOP for finding in findings) else 0


def _deploy(session: boto3.Session, answers: Answers) -> int:
    if _check(session, answers):
        return 1
    build(answers)
    try:
        is_first = deploy(session, answers)
    except NotConfirmed:
        print("nothing was deployed")
        return 1
    if is_first:
        print("protecting the tables against deletion (a first deployment could not be rolled back with it)")
        deploy(session, answers, confirms=False)
    outputs = outputs_of(session, answers.stack)
    if "ConsoleBucket" in outputs:  # otherwise it is served elsewhere: ConsoleUrl
        print(f"published {publish(session, outputs)} files of the console")
    print(next_steps(session, answers))
    return 0


def _delete(session: boto3.Session, answers: Answers) -> int:
    if input(f"type {answers.stack} to delete the stack in {answers.region}: ").strip() != answers.stack:
        print("nothing was deleted")
        return 1
    remove(session, answers)
    print(kept(answers))
    return 0


def _restore(session: boto3.Session, answers: Answers, logical_id: str, restored: str) -> int:
    table = table_of(session, answers.stack, logical_id)
    says = f"type {table} to have it hold what {restored} holds; what came later is deleted from it: "
    if input(says).strip() != table:
        print("nothing was changed")
        return 1
    copied = bring_back(
        session, restored, table, lambda order: print(f"request again that the buyer is erased: {order}", flush=True)
    )
    print(f"{table}: {copied.written} items written, {copied.deleted} deleted")
    return 0


def print_finding(finding: Finding) -> None:
    """Print what a check found, in one line."""
    print(f"  {SIGNS[finding.level]}  {finding.text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
