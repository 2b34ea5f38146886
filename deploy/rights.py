"""IAM actions that a deployment needs of the person who deploys, by type of resource.

Updates and deletions need the same services; these are the actions of a first deployment.
"""

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
    "AWS::CloudWatch::Alarm": ["cloudwatch:PutMetricAlarm"],
    "AWS::Cognito::UserPool": ["cognito-idp:CreateUserPool"],
    "AWS::Cognito::UserPoolClient": ["cognito-idp:CreateUserPoolClient"],
    "AWS::Cognito::UserPoolGroup": ["cognito-idp:CreateGroup"],
    "AWS::DynamoDB::Table": [
        "dynamodb:CreateTable",
        "dynamodb:DescribeTable",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTimeToLive",
    ],
    "AWS::Events::EventBus": ["events:CreateEventBus"],
    "AWS::Events::Rule": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
    "AWS::IAM::Role": ["iam:CreateRole", "iam:PutRolePolicy", "iam:PassRole", "iam:GetRole"],
    "AWS::Lambda::Alias": ["lambda:CreateAlias"],
    "AWS::Lambda::EventInvokeConfig": ["lambda:PutFunctionEventInvokeConfig"],
    "AWS::Lambda::EventSourceMapping": ["lambda:CreateEventSourceMapping"],
    "AWS::Lambda::Function": [
        "lambda:CreateFunction",
        "lambda:PutFunctionConcurrency",
        "lambda:PutFunctionRecursionConfig",
    ],
    "AWS::Lambda::LayerVersion": ["lambda:PublishLayerVersion", "lambda:GetLayerVersion"],
    "AWS::Lambda::Permission": ["lambda:AddPermission"],
    "AWS::Lambda::Version": ["lambda:PublishVersion"],
    "AWS::Logs::LogGroup": ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
    "AWS::Logs::MetricFilter": ["logs:PutMetricFilter"],
    "AWS::S3::Bucket": [
        "s3:CreateBucket",
        "s3:PutBucketNotification",
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
OF_ANY_STACK = [
    "cloudformation:CreateChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:GetTemplateSummary",
    "s3:GetObject",
    "s3:PutObject",
]
ACTIONS = frozenset({*OF_ANY_STACK, *(action for actions in BY_TYPE.values() for action in actions)})
