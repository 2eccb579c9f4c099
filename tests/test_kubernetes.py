"""deploy/kubernetes.yaml, held against Kubernetes' schemas, the Dockerfile and the app."""

import copy
import re
from typing import Any

import pytest

from app import __version__
from app.settings import ROOT, Settings
from tests.proxy import CONFIGURATION

kubernetes_validate = pytest.importorskip("kubernetes_validate")
yaml = pytest.importorskip("yaml")

OBJECTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8"))
)
VERSIONS = ("1.30", kubernetes_validate.latest_version())
"""The oldest that knows all that is used, and the newest."""


def only(kind: str, name: str = "convlens") -> dict[str, Any]:
    """Return the object of this kind and name."""
    (found,) = (o for o in OBJECTS if (o["kind"], o["metadata"]["name"]) == (kind, name))
    return found


POD = only("Deployment")["spec"]["template"]
CONTAINER = POD["spec"]["containers"][0]
ENVIRONMENT = {entry["name"]: entry.get("value") for entry in CONTAINER["env"]}
INGRESSES = [o for o in OBJECTS if o["kind"] == "Ingress"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("number", range(len(OBJECTS)))
def test_every_object_keeps_to_its_schema(number, version):
    kubernetes_validate.validate(OBJECTS[number], version, strict=True)


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", ("spec", "template", "spec", "containers", 0, "readinesProbe"), {}),
        ("Deployment", ("spec", "replicas"), "three"),
        ("Deployment", ("spec", "selector"), None),
        ("HorizontalPodAutoscaler", ("spec", "maxReplicas"), None),
        ("PodDisruptionBudget", ("spec", "minAvailabel"), 2),
        ("NetworkPolicy", ("spec", "egress"), {}),
        ("Ingress", ("spec", "rules", 0, "http", "paths", 0, "pathType"), None),
        ("Service", ("spec", "ports", 0, "port"), "http"),
    ],
)
def test_a_mistake_is_found(kind, path, value):
    wrong = copy.deepcopy(only(kind))
    *parents, last = path
    place: Any = wrong
    for parent in parents:
        place = place[parent]
    if value is None:
        del place[last]
    else:
        place[last] = value
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_it_is_this_version():
    assert CONTAINER["image"] == f"convlens:{__version__}"
    for labels in (only("Deployment")["metadata"]["labels"], POD["metadata"]["labels"]):
        assert labels["app.kubernetes.io/version"] == __version__


def test_everything_selects_the_pods():
    labels = POD["metadata"]["labels"].items()
    spread = POD["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]
    selectors = [
        spread,
        only("Deployment")["spec"]["selector"]["matchLabels"],
        only("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        only("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
        *[o["spec"]["selector"] for o in OBJECTS if o["kind"] == "Service"],
    ]
    # Not the version: a selector that had it would lose the pods that are being replaced.
    assert all(set(selector.items()) < set(labels) for selector in selectors)
    target = only("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", "convlens")


def test_every_way_in_leads_to_the_port_that_the_app_listens_on():
    (port,) = CONTAINER["ports"]
    assert ENVIRONMENT["PORT"] == str(port["containerPort"])
    for service in (o for o in OBJECTS if o["kind"] == "Service"):
        assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    for ingress in INGRESSES:
        for path in ingress["spec"]["rules"][0]["http"]["paths"]:
            behind = path["backend"]["service"]
            named = only("Service", behind["name"])["spec"]["ports"][0]["name"]
            assert behind["port"]["name"] == named


def test_the_probes_ask_what_the_app_answers(server):
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        asked = CONTAINER[probe]["httpGet"]
        assert asked["port"] == CONTAINER["ports"][0]["name"]
        assert server.client.get(asked["path"]).status_code == 200


def test_what_is_set_are_settings():
    known = {field.validation_alias for field in Settings.model_fields.values()}
    assert ENVIRONMENT.keys() - known == {"FORWARDED_ALLOW_IPS"}  # uvicorn's own
    given = {name: value for name, value in ENVIRONMENT.items() if value and name in known}
    Settings.model_validate(given)


def test_there_is_time_to_finish():
    drain = CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    finish = int(ENVIRONMENT["CONVLENS_SHUTDOWN_SECONDS"])
    assert POD["spec"]["terminationGracePeriodSeconds"] > drain + finish
    probe = CONTAINER["readinessProbe"]
    assert drain > probe["periodSeconds"] * probe["failureThreshold"]


def test_nothing_more_is_allowed_than_is_needed():
    pod, container = POD["spec"]["securityContext"], CONTAINER["securityContext"]
    assert pod["runAsNonRoot"]
    assert pod["seccompProfile"]["type"] == "RuntimeDefault"
    assert container["readOnlyRootFilesystem"]
    assert container["allowPrivilegeEscalation"] is False
    assert container["capabilities"] == {"drop": ["ALL"]}
    assert POD["spec"]["automountServiceAccountToken"] is False
    assert [mount["mountPath"] for mount in CONTAINER["volumeMounts"]] == ["/tmp"]
    assert only("NetworkPolicy")["spec"]["egress"] == []


def test_the_user_is_the_one_of_the_image():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    user = str(POD["spec"]["securityContext"]["runAsUser"])
    assert re.search(rf"useradd .*--uid {user} ", dockerfile)
    assert re.search(rf"^USER {user}$", dockerfile, re.MULTILINE)


def test_the_ingress_treats_requests_as_nginx_does():
    text = CONFIGURATION.read_text(encoding="utf-8")
    most = str(Settings.model_fields["max_body_bytes"].default)
    common = ("connect-timeout", "next-upstream-timeout")
    of_nginx = {name: re.search(rf"proxy_{name.replace('-', '_')} (\d+)s", text) for name in common}
    tried_again = re.findall(r"proxy_next_upstream (.*);", text)
    for ingress in INGRESSES:
        annotations = {
            name.removeprefix("nginx.ingress.kubernetes.io/proxy-"): value
            for name, value in ingress["metadata"]["annotations"].items()
        }
        assert annotations.get("body-size", most) == most
        assert annotations["next-upstream"] in tried_again
        for name, found in of_nginx.items():
            assert found
            assert annotations[name] == found[1]


def test_pings_keep_a_live_socket_open_through_both_proxies():
    ping = Settings.model_fields["socket_ping_seconds"].default
    seconds = re.search(r"proxy_read_timeout (\d+)s;", CONFIGURATION.read_text(encoding="utf-8"))
    ingress = only("Ingress")["metadata"]["annotations"]
    assert seconds
    assert 2 * ping < int(seconds[1])
    assert 2 * ping < int(ingress["nginx.ingress.kubernetes.io/proxy-read-timeout"])
