"""A real moto server with a fleet in it, and what boto3 says about that fleet.

Prints two lines: the server's address, and boto3's own answer (every page) as JSON. Then serves until its standard
input closes.
"""

import json
import sys

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

RESERVATIONS = 75
PER_RESERVATION = 17  # 75 × 17 = 1,275 instances: more than one page of 1,000, however pages are counted


def client(service, address):
    return boto3.client(
        service,
        endpoint_url=address,
        region_name="eu-west-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 1}, parameter_validation=False),
    )


def fill(ec2):
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    ids = []
    for n in range(RESERVATIONS):
        answer = ec2.run_instances(
            ImageId=image,
            MinCount=PER_RESERVATION,
            MaxCount=PER_RESERVATION,
            InstanceType=["t3.micro", "m5.large", "c5.xlarge"][n % 3],
            TagSpecifications=[
                {
                    "ResourceType": "instance",
                    "Tags": [
                        {"Key": "Name", "Value": ["web-%d" % n, "受注-%d" % n, "a b (c) %d" % n][n % 3]},
                        {"Key": "Env", "Value": "prod" if n % 2 else "dev"},
                    ],
                }
            ],
        )
        ids.extend(i["InstanceId"] for i in answer["Instances"])
    ec2.stop_instances(InstanceIds=ids[5:60])
    ec2.terminate_instances(InstanceIds=ids[100:140])


def fleet(ec2):
    rows = []
    for page in ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 500}):
        for reservation in page["Reservations"]:
            for i in reservation["Instances"]:
                tags = {t["Key"]: t["Value"] for t in i.get("Tags", [])}
                rows.append(
                    {
                        "id": i["InstanceId"],
                        "name": tags.get("Name", ""),
                        "state": i["State"]["Name"],
                        "type": i["InstanceType"],
                        "az": i["Placement"]["AvailabilityZone"],
                        "launch_time": i["LaunchTime"].strftime("%Y-%m-%dT%H:%M:%SZ"),
                        "private_ip": i.get("PrivateIpAddress"),
                        "public_ip": i.get("PublicIpAddress"),
                        "vpc_id": i.get("VpcId"),
                        "subnet_id": i.get("SubnetId"),
                        "security_groups": [g["GroupId"] for g in i.get("SecurityGroups", [])],
                        "image_id": i["ImageId"],
                        "tags": tags,
                    }
                )
    return rows


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = "http://%s:%d" % (host, port)
    ec2 = client("ec2", address)
    fill(ec2)
    print(address)
    print(json.dumps(fleet(ec2)), flush=True)
    sys.stdin.read()
    server.stop()


main()
