"""Deploy to an AWS account, and delete what was deployed (`make deploy`, `make undeploy`)."""
