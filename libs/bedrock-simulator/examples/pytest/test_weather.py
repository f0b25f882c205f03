import json, re, subprocess, urllib.request
import boto3, pytest

KEYS = {"aws_access_key_id": "SIMULATORKEYID", "aws_secret_access_key": "simulator-secret-access-key"}


@pytest.fixture(scope="session")
def endpoint():
    command = ["npx", "bedrock-simulator", "--port", "0", "--latency", "none", "--until-stdin-closes"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield re.search(r"http://[\w.:]+", process.stdout.readline())[0]
    process.stdin.close()
    process.wait()


@pytest.fixture
def simulator(endpoint):
    def call(name, **body):
        headers = {"content-type": "application/json"}
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{endpoint}/_simulator/{name}", data, headers)
        return json.load(urllib.request.urlopen(request))

    call("reset")
    return call


@pytest.fixture
def bedrock(endpoint):
    return boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=endpoint, **KEYS)


def ask(bedrock, text):
    message = {"role": "user", "content": [{"text": text}]}
    answer = bedrock.converse(modelId="amazon.nova-lite-v1:0", messages=[message])
    return answer["output"]["message"]["content"][0]["text"]


def test_says_what_is_scripted(bedrock, simulator):
    simulator("addAnswer", matches="weather", text="Rain.")
    assert ask(bedrock, "The weather?") == "Rain."


def test_tries_again_when_it_is_throttled(bedrock, simulator):
    simulator("addFault", kind="throttled", operation="Converse", times=1)
    assert "Simulated answer" in ask(bedrock, "The weather?")
