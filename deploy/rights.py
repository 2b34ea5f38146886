"""IAM actions that a deployment needs of the person who deploys, by type of resource.

Updates and deletions need the same services; these are the actions of a first deployment.
"""

from collections.abc import Iterator

BY_TYPE = {
    "AWS::ApiGatewayV2::Api": ["apigateway:POST"],
    "AWS::ApiGatewayV2::Authorizer": ["apigateway:POST"],
    "AWS::ApiGatewayV2::Integration": ["apigateway:POST"],
    "AWS::ApiGatewayV2::Route": ["apigateway:POST"],
    "AWS::ApiGatewayV2::Stage": [
        "apigateway:POST",
        "apigateway:TagResource",
        "logs:CreateLogDelivery",
        "logs:ListLogDeliveries",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
    ],
    "AWS::CloudFront::Distribution": ["cloudfront:CreateDistribution", "cloudfront:GetDistribution"],
    "AWS::CloudFront::Function": [
        "cloudfront:CreateFunction",
        "cloudfront:PublishFunction",
        "cloudfront:DescribeFunction",
    ],
    "AWS::CloudFront::OriginAccessControl": ["cloudfront:CreateOriginAccessControl"],
    "AWS::CloudFront::ResponseHeadersPolicy": ["cloudfront:CreateResponseHeadersPolicy"],
    "AWS::CloudWatch::Alarm": ["cloudwatch:PutMetricAlarm"],
    "AWS::Cognito::ManagedLoginBranding": ["cognito-idp:CreateManagedLoginBranding"],
    "AWS::Cognito::UserPool": [
        "cognito-idp:CreateUserPool",
        "cognito-idp:DescribeUserPool",
        "cognito-idp:SetUserPoolMfaConfig",
    ],
    "AWS::Cognito::UserPoolClient": ["cognito-idp:CreateUserPoolClient"],
    "AWS::Cognito::UserPoolDomain": ["cognito-idp:CreateUserPoolDomain", "cognito-idp:DescribeUserPoolDomain"],
    "AWS::Cognito::UserPoolGroup": ["cognito-idp:CreateGroup"],
    "AWS::DynamoDB::Table": [
        "dynamodb:CreateTable",
        "dynamodb:DescribeTable",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
        "dynamodb:UpdateTimeToLive",
    ],
    "AWS::Events::EventBus": ["events:CreateEventBus"],
    "AWS::Events::Rule": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
    "AWS::IAM::Role": ["iam:CreateRole", "iam:PutRolePolicy", "iam:PassRole", "iam:GetRole", "iam:TagRole"],
    "AWS::Lambda::Alias": ["lambda:CreateAlias"],
    "AWS::Lambda::EventInvokeConfig": ["lambda:PutFunctionEventInvokeConfig"],
    "AWS::Lambda::EventSourceMapping": ["lambda:CreateEventSourceMapping", "lambda:GetEventSourceMapping"],
    "AWS::Lambda::Function": [
        "lambda:CreateFunction",
        "lambda:GetFunction",
        "lambda:PutFunctionConcurrency",
        "lambda:PutFunctionRecursionConfig",
        "lambda:TagResource",
    ],
    "AWS::Lambda::LayerVersion": ["lambda:PublishLayerVersion", "lambda:GetLayerVersion"],
    "AWS::Lambda::Permission": ["lambda:AddPermission"],
    "AWS::Lambda::Version": ["lambda:PublishVersion"],
    "AWS::Logs::LogGroup": ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
    "AWS::Logs::MetricFilter": ["logs:PutMetricFilter"],
    "AWS::S3::Bucket": [
        "s3:CreateBucket",
        "s3:PutBucketCORS",
        "s3:PutBucketNotification",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
    ],
    "AWS::S3::BucketPolicy": ["s3:PutBucketPolicy"],
    "AWS::SNS::Topic": ["sns:CreateTopic"],
    "AWS::SQS::Queue": ["sqs:CreateQueue", "sqs:SetQueueAttributes"],
    "AWS::SQS::QueuePolicy": ["sqs:SetQueueAttributes"],
    "AWS::Scheduler::Schedule": ["scheduler:CreateSchedule"],
    "AWS::Scheduler::ScheduleGroup": ["scheduler:CreateScheduleGroup"],
    "AWS::StepFunctions::StateMachine": ["states:CreateStateMachine", "states:TagResource"],
}
OF_STACK = [
    "cloudformation:CreateChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:ListChangeSets",
]
OF_FILES = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]
ACTIONS = frozenset(
    {
        *OF_STACK,
        *OF_FILES,
        "cloudformation:GetTemplateSummary",
        "cloudfront:CreateInvalidation",
        *(action for actions in BY_TYPE.values() for action in actions),
    }
)

NAMED = {
    "AWS::CloudWatch::Alarm": ["cloudwatch:{place}:alarm:{stack}-Alarm-1"],
    "AWS::DynamoDB::Table": ["dynamodb:{place}:table/{stack}-Table-1"],
    "AWS::Events::EventBus": ["events:{place}:event-bus/{stack}-events"],
    "AWS::IAM::Role": ["iam::{account}:role/{stack}-Role-1"],
    "AWS::Lambda::Alias": ["lambda:{place}:function:{stack}-route"],
    "AWS::Lambda::EventInvokeConfig": ["lambda:{place}:function:{stack}-route"],
    "AWS::Lambda::Function": ["lambda:{place}:function:{stack}-route"],
    "AWS::Lambda::LayerVersion": ["lambda:{place}:layer:{stack}-shared"],
    "AWS::Lambda::Permission": ["lambda:{place}:function:{stack}-route"],
    "AWS::Lambda::Version": ["lambda:{place}:function:{stack}-route"],
    "AWS::Logs::LogGroup": [
        "logs:{place}:log-group:{stack}-Logs-1",
        "logs:{place}:log-group:/aws/vendedlogs/{stack}-1/access",
    ],
    "AWS::Logs::MetricFilter": ["logs:{place}:log-group:{stack}-Logs-1"],
    "AWS::S3::Bucket": ["s3:::{stack}-uploads-{account}-{region}"],
    "AWS::S3::BucketPolicy": ["s3:::{stack}-uploads-{account}-{region}"],
    "AWS::SNS::Topic": ["sns:{place}:{stack}-Topic-1"],
    "AWS::SQS::Queue": ["sqs:{place}:{stack}-Queue-1"],
    "AWS::SQS::QueuePolicy": ["sqs:{place}:{stack}-Queue-1"],
    "AWS::Scheduler::Schedule": ["scheduler:{place}:schedule/default/{stack}-Schedule-1"],
    "AWS::Scheduler::ScheduleGroup": ["scheduler:{place}:schedule-group/{stack}-polls"],
    "AWS::StepFunctions::StateMachine": ["states:{place}:stateMachine:{stack}-order"],
}
"""Resources whose names begin with the stack's, after `arn:<partition>:`: policies may be limited to those that do."""
FILES = ["s3:::aws-sam-cli-managed-default-samclisourcebucket-1/1", "s3:::{stack}-consolebucket-1/1"]


def resources(action: str, partition: str, region: str, account: str, stack: str) -> Iterator[str]:
    """Yield the ARNs of what a deployment does an action to; `*` where their names are free."""
    shapes = [shape for name, actions in BY_TYPE.items() if action in actions for shape in NAMED.get(name, ["*"])]
    if action in OF_STACK:
        shapes.append("cloudformation:{place}:stack/{stack}/1")
    if action in OF_FILES:
        shapes += FILES
    for shape in shapes or ["*"]:
        named = shape.format(place=f"{region}:{account}", region=region, account=account, stack=stack)
        yield named if named == "*" else f"arn:{partition}:{named}"
