{{/*
The product's configuration. Every name of an option that the chart uses stands in this file: as a YAML key here, as a flag in
"telamon.flags" (what differs from pod to pod), as a variable in "telamon.env" (what a configuration of the user's own need not say).
*/}}
{{- define "telamon.config" -}}
{{- $own := include "telamon.ownConfig" . | fromYaml -}}
{{- mergeOverwrite $own (deepCopy .Values.config) | toYaml -}}
{{- end -}}

{{- define "telamon.ownConfig" -}}
{{- $any := ternary "::" "0.0.0.0" .Values.global.ipv6 -}}
# Everyone may write to a volume of Kubernetes, so the process makes a folder of its own in it.
data_dir: /data/telamon
multitenancy_enabled: {{ .Values.multitenancy.enabled }}
log:
  level: {{ .Values.log.level }}
  format: {{ .Values.log.format }}
http:
  listen_address: {{ $any | quote }}
grpc:
  listen_address: {{ $any | quote }}
  listen_port: 9095
{{- if .Values.tls.internal.enabled }}
  tls_cert_file: /etc/telamon/internal-tls/tls.crt
  tls_key_file: /etc/telamon/internal-tls/tls.key
  tls_client_ca_file: /etc/telamon/internal-tls/ca.crt
  tls_ca_file: /etc/telamon/internal-tls/ca.crt
  # Peers are called by their addresses; their certificates carry this one name.
  tls_server_name: {{ include "telamon.internalName" . }}
{{- end }}
admin:
  listen_address: 127.0.0.1
runtime_config:
  file: [/etc/telamon/runtime/overrides.yaml]
limits:
  compactor_blocks_retention_period: {{ .Values.retention }}
ring:
  store: {{ include "telamon.ringType" . }}
  cluster: {{ include "telamon.cluster" . }}
  replication_factor: {{ include "telamon.replicationFactor" . }}
  zone_awareness_enabled: {{ .Values.zoneAware.enabled }}
{{- if eq (include "telamon.ringType" .) "nats" }}
nats:
  url: {{ include "telamon.natsUrls" . }}
  replicas: {{ include "telamon.natsReplicas" . }}
{{- if .Values.ring.nats.credentialsSecret }}
  credentials_file: /etc/telamon/nats-credentials/user.creds
{{- end }}
{{- if .Values.ring.nats.tlsSecret }}
  tls_ca_file: /etc/telamon/nats-tls/ca.crt
{{- end }}
{{- end }}
blocks_storage:
  backend: {{ include "telamon.storeType" . }}
{{- if eq (include "telamon.storeType" .) "s3" }}
{{- with .Values.objectStore.s3 }}
  storage_prefix: {{ .prefix | quote }}
  s3:
    bucket_name: {{ .bucket }}
    endpoint: {{ include "telamon.s3Endpoint" $ | quote }}
    region: {{ .region | quote }}
    insecure: {{ or .insecure (eq (include "telamon.minioIsTheStore" $) "true") }}
    bucket_lookup_type: {{ .bucketLookup }}
{{- if .caConfigMap }}
    http: { tls_ca_path: /etc/telamon/s3-ca/ca.crt }
{{- end }}
{{- if .sse.type }}
    sse: { type: {{ .sse.type }}, kms_key_id: {{ .sse.kmsKeyId | quote }} }
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Flags that differ from pod to pod, as a YAML list. Takes root, c (the component) and zone. */}}
{{- define "telamon.flags" -}}
- --config.file=/etc/telamon/config/config.yaml
- --target={{ .c.target }}
{{- if eq (include "telamon.ringType" .root) "nats" }}
- --ring.instance-id=$(POD_NAME)
- --ring.address=$(POD_IP)
{{- if .zone.name }}
- --ring.zone={{ .zone.name }}
{{- end }}
{{- end }}
{{- $grace := sub (int .c.values.terminationGracePeriodSeconds) (add (int .c.values.preStopSleepSeconds) 5) }}
- --shutdown-timeout={{ max 1 $grace }}s
{{- /* The process closes everything within the 30 s after it. */}}
{{- if has "ingester" (splitList "," .c.target) }}
- --ingester.leave-timeout={{ max 1 (sub $grace 30) }}s
{{- end }}
{{- end -}}

{{/* Variables, as a YAML list. Takes root. */}}
{{- define "telamon.env" -}}
{{- if (include "telamon.s3Secret" .root | fromJson).name -}}
- { name: TELAMON_BLOCKS_STORAGE_S3_CREDENTIALS_PATH, value: /etc/telamon/s3-credentials }
{{- end -}}
{{- end -}}

{{/* Name of the cluster: part of the name of a bucket of NATS, which may have 64 characters. */}}
{{- define "telamon.cluster" -}}
{{- $own := printf "%s-%s" .Release.Namespace .Release.Name | replace "." "-" -}}
{{- if gt (len $own) 40 -}}{{- $own = printf "%s-%s" (trunc 34 $own) (sha256sum $own | trunc 5) -}}{{- end -}}
{{- default $own .Values.ring.cluster -}}
{{- end -}}

{{/* Copies of each series: one where one process is alone. */}}
{{- define "telamon.replicationFactor" -}}
{{- if eq (include "telamon.ringType" .) "inprocess" -}}1{{- else -}}{{ .Values.ring.replicationFactor }}{{- end -}}
{{- end -}}

{{- define "telamon.natsUrls" -}}
{{- if .Values.ring.nats.urls -}}
{{- toJson .Values.ring.nats.urls -}}
{{- else -}}
[nats://{{ include "telamon.host" (dict "root" . "service" (printf "%s-nats" (include "telamon.fullname" .))) }}:4222]
{{- end -}}
{{- end -}}

{{- define "telamon.natsReplicas" -}}
{{- if .Values.ring.nats.replicas -}}{{ .Values.ring.nats.replicas }}
{{- else if eq (include "telamon.natsIsBundled" .) "true" -}}{{ .Values.nats.replicas }}
{{- else -}}3
{{- end -}}
{{- end -}}

{{/* Whether blocks go to the development MinIO: "true" or "false". */}}
{{- define "telamon.minioIsTheStore" -}}
{{- and (eq (include "telamon.minioIsUsed" .) "true") (not .Values.objectStore.s3.endpoint) -}}
{{- end -}}

{{- define "telamon.s3Endpoint" -}}
{{- if eq (include "telamon.minioIsTheStore" .) "true" -}}
{{ include "telamon.host" (dict "root" . "service" (printf "%s-minio" (include "telamon.fullname" .))) }}:9000
{{- else -}}
{{ .Values.objectStore.s3.endpoint }}
{{- end -}}
{{- end -}}

{{/* The Secret with the access key and its keys by the names of their files, as JSON; without a name where there is none. */}}
{{- define "telamon.s3Secret" -}}
{{- $s3 := .Values.objectStore.s3 -}}
{{- if ne (include "telamon.storeType" .) "s3" -}}{}
{{- else if $s3.existingSecret -}}
{{- $files := dict "access-key-id" $s3.accessKeyIdKey "secret-access-key" $s3.secretAccessKeyKey -}}
{{- with $s3.sessionTokenKey }}{{ $_ := set $files "session-token" . }}{{ end -}}
{{- dict "name" $s3.existingSecret "files" $files | toJson -}}
{{- else if eq (include "telamon.minioIsTheStore" .) "true" -}}
{{- dict "name" (include "telamon.minioSecretName" .) "files" (dict "access-key-id" "access-key-id" "secret-access-key" "secret-access-key") | toJson -}}
{{- else -}}{}
{{- end -}}
{{- end -}}

{{/* Name in the certificates of calls between roles. */}}
{{- define "telamon.internalName" -}}
{{ include "telamon.host" (dict "root" . "service" (include "telamon.fullname" .)) }}
{{- end -}}

{{- define "telamon.internalTlsSecret" -}}
{{- default (printf "%s-internal-tls" (include "telamon.fullname" .)) .Values.tls.internal.existingSecret -}}
{{- end -}}

{{- define "telamon.minioSecretName" -}}
{{- default (printf "%s-minio" (include "telamon.fullname" .)) .Values.minioDev.existingSecret -}}
{{- end -}}
