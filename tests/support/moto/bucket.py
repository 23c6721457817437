#!/usr/bin/env python3
"""Looks into a bucket by Amazon's own client.

    bucket.py ENDPOINT make BUCKET      makes it
    bucket.py ENDPOINT list BUCKET      a line for each object: its size, type, SHA-256 and name
    bucket.py ENDPOINT uploads BUCKET   a line for each upload that has begun and not ended
"""

import hashlib
import sys

import boto3


def main():
    endpoint, action, bucket = sys.argv[1:]
    s3 = boto3.client("s3", endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id="streams",
                      aws_secret_access_key="streams-secret")
    if action == "make":
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    elif action == "list":
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            got = s3.get_object(Bucket=bucket, Key=entry["Key"])
            body = got["Body"].read()
            print(len(body), got["ContentType"], hashlib.sha256(body).hexdigest(), entry["Key"])
    elif action == "uploads":
        for upload in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
            print(upload["Key"])
    else:
        sys.exit(f"no action {action}")


main()
