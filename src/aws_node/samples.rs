//! Base manifests for the tests: small, in the styles that release manifests have had.

/// Quoted keys, an old CRD and no namespace order to speak of, as releases up to 1.9 were.
pub(super) const JSON_STYLE: &str = r#"---
"apiVersion": "apiextensions.k8s.io/v1beta1"
"kind": "CustomResourceDefinition"
"metadata":
  "name": "eniconfigs.crd.k8s.amazonaws.com"
"spec":
  "group": "crd.k8s.amazonaws.com"
  "scope": "Cluster"
---
"apiVersion": "apps/v1"
"kind": "DaemonSet"
"metadata":
  "name": "aws-node"
  "namespace": "kube-system"
"spec":
  "template":
    "spec":
      "containers":
      - "env":
        - "name": "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"
          "value": "false"
        - "name": "ENI_CONFIG_ANNOTATION_DEF"
          "value": "example.com/eniConfig"
        - "name": "MY_NODE_NAME"
          "valueFrom":
            "fieldRef":
              "fieldPath": "spec.nodeName"
        - "name": "WARM_ENI_TARGET"
          "value": "1"
        "image": "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.7.5"
        "name": "aws-node"
      "initContainers":
      - "image": "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni-init:v1.7.5"
        "name": "aws-vpc-cni-init"
        "securityContext":
          "privileged": true
...
"#;

/// Block style with comments, three containers and a value of every sort.
pub(super) const BLOCK: &str = r#"---
# A comment of somebody's
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: eniconfigs.crd.k8s.amazonaws.com
  annotations: {team: net}
spec:
  description: |-
    several lines
      with: a colon

    and # a hash
  preserveUnknownFields: false
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: amazon-vpc-cni
  namespace: kube-system
  annotations:
    argocd.argoproj.io/sync-wave: "-9"
data:
  texts: ["true", "1.21", "on", "yes", "0o17", "1_000", "2010-09-09", "1:20", "", "~", " x ", "ü ✓", "a\tb\u0007"]
  numbers: [0, -7, 0.025, 1e3, 1.10, 0x10, 61678]
  others: [true, null, {}, [], [[], [1]], {"on": 1, "012": 2, "": 3, "a: b": 4}]
  script: |
    #!/bin/sh
    echo "x"
  folded: >-
    one
    two
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: aws-node
  namespace: kube-system # set
  annotations:
    argocd.argoproj.io/sync-options: Validate=false
spec:
  updateStrategy: {rollingUpdate: {maxUnavailable: 10%}, type: RollingUpdate}
  template:
    spec:
      initContainers:
      - name: aws-vpc-cni-init
        image: 602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni-init:v1.21.1
        env:
          - name: DISABLE_TCP_EARLY_DEMUX
            value: "false"
        securityContext:
            privileged: true
      securityContext:
        {}
      containers:
        - name: aws-node # main
          image: 602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.21.1
          env:
            - name: ENABLE_IPv4
              value: "true"
            - name: WARM_ENI_TARGET
              value: "1"
            - name: MY_NODE_NAME
              valueFrom:
                fieldRef:
                  apiVersion: v1
                  fieldPath: spec.nodeName
          resources: {requests: {cpu: 0.025}}
        - name: aws-eks-nodeagent
          image: 602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon/aws-network-policy-agent:v1.3.1
          args:
            - --metrics-bind-addr=:8162
        - name: sidecar
          image: registry.example/log-shipper:1
      volumes:
      - name: scripts
        configMap: {name: amazon-vpc-cni, defaultMode: 420}
"#;

/// One list of objects, with images from a mirror.
pub(super) const LIST: &str = r"
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ServiceAccount
  metadata: {name: aws-node, namespace: kube-system}
- apiVersion: apps/v1
  kind: DaemonSet
  metadata: {name: aws-node, namespace: kube-system}
  spec:
    template:
      spec:
        containers:
        - name: aws-node
          image: 111122223333.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.12.6
          envFrom:
          - configMapRef: {name: cni-settings}
";
