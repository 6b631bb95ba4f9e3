"""An S3 of moto (PyPI) on loopback that checks each request's signature by botocore's own code.

Prints one line of JSON with keys and bucket once it is ready, and serves until it is ended.
"""
import json
import os
import signal
import sys

# The four calls below; from the fifth on who asks must have signed.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"
os.environ["MOTO_S3_DEFAULT_KEY_BUFFER_SIZE"] = "1048576"

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

port = int(sys.argv[1])
server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
server.start()
endpoint = f"http://127.0.0.1:{port}"
anyone = dict(endpoint_url=endpoint, region_name="eu-central-1",
              aws_access_key_id="any", aws_secret_access_key="any")
iam = boto3.client("iam", **anyone)
iam.create_user(UserName="signboard")
iam.put_user_policy(UserName="signboard", PolicyName="s3", PolicyDocument=json.dumps(
    {"Version": "2012-10-17",
     "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
key = iam.create_access_key(UserName="signboard")["AccessKey"]
boto3.client("s3", **anyone).create_bucket(
    Bucket="backups", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
print(json.dumps({"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"],
                  "bucket": "backups", "endpoint": endpoint}), flush=True)
while True:
    signal.pause()
