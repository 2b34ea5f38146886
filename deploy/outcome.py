"""What to do after a deployment: the first owner, a token, the alarms, the merchant."""

from collections.abc import Mapping

import boto3

from deploy.answers import Answers

STEPS = """
deployed: {api}
console:  {console}

Next, once:
  1. make yourself the first owner, with a password of at least 12 characters, capital and small letters and digits:
       aws cognito-idp admin-create-user --region {region} --user-pool-id {pool} --username you@example.com \\
         --user-attributes Name=email,Value=you@example.com Name=email_verified,Value=true --message-action SUPPRESS
       aws cognito-idp admin-set-user-password --region {region} --user-pool-id {pool} --username you@example.com \\
         --password '...' --permanent
       aws cognito-idp admin-add-user-to-group --region {region} --user-pool-id {pool} --username you@example.com \\
         --group-name owner
  2. {token}
  3. subscribe to the alarms:
       aws sns subscribe --region {region} --protocol email --notification-endpoint you@example.com --topic-arn {topic}
  4. sign in to the console, and set the merchant up: docs/first-merchant.md, with ApiUrl {api}
"""
PLAIN = """get a token, which is valid for a quarter of an hour, and put it behind `Authorization: Bearer`:
       aws cognito-idp admin-initiate-auth --region {region} --user-pool-id {pool} --client-id {client} \\
         --auth-flow ADMIN_USER_PASSWORD_AUTH --auth-parameters 'USERNAME=you@example.com,PASSWORD=...' \\
         --query AuthenticationResult.IdToken --output text"""
CODES: Mapping[str, str] = {
    "OFF": "",
    "OPTIONAL": """
     then set up an authenticator app, since an owner without one is an operator: docs/deploy.md, "Codes\"""",
    "ON": """
     which answers the challenge MFA_SETUP until you have set up an authenticator app: docs/deploy.md, "Codes\"""",
}
"""What follows upon the command for a token, by the parameter `Mfa`."""


def next_steps(session: boto3.Session, answers: Answers) -> str:
    """Return what to do after a deployment, as text for a person."""
    outputs = outputs_of(session, answers.stack)
    values = {
        "api": outputs["ApiUrl"],
        "console": outputs["ConsoleUrl"],
        "region": answers.region,
        "pool": outputs["UserPoolId"],
        "client": outputs["UserPoolClientId"],
        "topic": outputs["AlarmsTopicArn"],
    }
    token = PLAIN.format(**values) + CODES[answers.parameter("Mfa")]
    return STEPS.format(**values, token=token)


def outputs_of(session: boto3.Session, stack: str) -> dict[str, str]:
    """Return the outputs of a deployed stack by name."""
    found = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {each["OutputKey"]: each["OutputValue"] for each in found}
