{{/* Containers of nginx, NATS and MinIO. Each takes root, c and zone. */}}
{{- define "telamon.container.nginx" -}}
{{- $v := .c.values -}}
image: {{ include "telamon.image" (dict "root" .root "image" $v.image) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- if include "telamon.nginxResolves" .root }}
# nginx wants to be told who resolves names; an address with a zone it cannot use.
command:
  - /bin/sh
  - -c
  - |
    awk '/^nameserver/ && $2 !~ /%/ { list = list " " ($2 ~ /:/ ? "[" $2 "]" : $2) } END { print "resolver" list " valid=5s;" }' \
      /etc/resolv.conf > /tmp/resolver.conf
    exec nginx -c /etc/telamon/gateway/nginx.conf -g "daemon off;"
{{- else }}
command: [nginx, -c, /etc/telamon/gateway/nginx.conf, -g, "daemon off;"]
{{- end }}
{{- include "telamon.bundledArgsAndEnv" (dict "v" $v "args" list "env" list) }}
ports:
  {{- include "telamon.containerPorts" .c.ports | trim | nindent 2 }}
{{ include "telamon.probes" (dict "port" "http" "ready" "/live" "live" "/live" "failureThreshold" $v.startupFailureThreshold "scheme" (ternary "HTTPS" "" $v.tls.enabled)) }}
{{- with include "telamon.preStop" $v }}
{{ . }}
{{- end }}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  - { name: config, mountPath: /etc/telamon/gateway, readOnly: true }
  {{- if $v.basicAuth.existingSecret }}
  - { name: htpasswd, mountPath: /etc/telamon/htpasswd, readOnly: true }
  {{- end }}
  {{- if $v.tls.enabled }}
  - { name: tls, mountPath: /etc/telamon/tls, readOnly: true }
  {{- end }}
  {{- with $v.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "telamon.volumes.nginx" -}}
- name: config
  configMap: { name: {{ .c.fullname }} }
{{- with .c.values.basicAuth.existingSecret }}
- name: htpasswd
  secret: { secretName: {{ . }} }
{{- end }}
{{- if .c.values.tls.enabled }}
- name: tls
  secret: { secretName: {{ include "telamon.gatewayTlsSecret" .root }} }
{{- end }}
{{- end -}}

{{- define "telamon.gatewayTlsSecret" -}}
{{- default (printf "%s-gateway-tls" (include "telamon.fullname" .)) .Values.gateway.tls.existingSecret -}}
{{- end -}}

{{- define "telamon.container.nats" -}}
{{- $v := .c.values -}}
image: {{ include "telamon.image" (dict "root" .root "image" $v.image) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
command: [nats-server]
{{- include "telamon.bundledArgsAndEnv" (dict "v" $v "args" (list "--config=/etc/telamon/nats/nats.conf" "--name=$(POD_NAME)") "env" (list
  (dict "name" "POD_NAME" "valueFrom" (dict "fieldRef" (dict "fieldPath" "metadata.name"))))) }}
ports:
  - { name: client, containerPort: 4222, protocol: TCP }
  - { name: cluster, containerPort: 6222, protocol: TCP }
  - { name: monitor, containerPort: 8222, protocol: TCP }
{{ include "telamon.probes" (dict "port" "monitor" "ready" "/healthz?js-server-only=true" "live" "/" "failureThreshold" $v.startupFailureThreshold) }}
{{- with include "telamon.preStop" $v }}
{{ . }}
{{- end }}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  - { name: data, mountPath: /data }
  - { name: config, mountPath: /etc/telamon/nats, readOnly: true }
  {{- with $v.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "telamon.volumes.nats" -}}
- name: config
  configMap: { name: {{ .c.fullname }} }
{{- end -}}

{{/* Servers of more than one form a cluster over the headless service; every one is told of all. */}}
{{- define "telamon.natsConf" -}}
{{- $name := printf "%s-nats" (include "telamon.fullname" .) -}}
{{- $any := ternary "[::]" "0.0.0.0" .Values.global.ipv6 -}}
listen: "{{ $any }}:4222"
http: "{{ $any }}:8222"
pid_file: /tmp/nats.pid
jetstream { store_dir: /data }
{{- if gt (int .Values.nats.replicas) 1 }}
cluster {
  name: {{ $name }}
  listen: "{{ $any }}:6222"
  routes: [
    {{- range $at := until (int .Values.nats.replicas) }}
    "nats://{{ $name }}-{{ $at }}.{{ include "telamon.host" (dict "root" $ "service" (printf "%s-headless" $name)) }}:6222"
    {{- end }}
  ]
}
{{- end }}
{{- end -}}

{{- define "telamon.container.minio" -}}
{{- $v := .c.values -}}
{{- $secret := include "telamon.minioSecretName" .root -}}
{{- $any := ternary "[::]" "" .root.Values.global.ipv6 -}}
image: {{ include "telamon.image" (dict "root" .root "image" $v.image) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
# A folder in MinIO's directory is a bucket.
command: [/bin/sh, -c, 'mkdir -p "/data/$BUCKET" && exec minio server --address "$0:9000" "$@" /data', {{ $any | quote }}]
{{- include "telamon.bundledArgsAndEnv" (dict "v" $v "args" list "env" (list
  (dict "name" "BUCKET" "value" .root.Values.objectStore.s3.bucket)
  (dict "name" "HOME" "value" "/tmp")
  (dict "name" "MINIO_ROOT_USER" "valueFrom" (dict "secretKeyRef" (dict "name" $secret "key" "access-key-id")))
  (dict "name" "MINIO_ROOT_PASSWORD" "valueFrom" (dict "secretKeyRef" (dict "name" $secret "key" "secret-access-key"))))) }}
ports:
  - { name: s3, containerPort: 9000, protocol: TCP }
{{ include "telamon.probes" (dict "port" "s3" "ready" "/minio/health/ready" "live" "/minio/health/live" "failureThreshold" $v.startupFailureThreshold) }}
{{- with include "telamon.preStop" $v }}
{{ . }}
{{- end }}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  - { name: data, mountPath: /data }
  {{- with $v.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "telamon.volumes.minio" -}}{{- end -}}

{{/* Arguments and variables of a container that is not ours. Takes v, args and env. */}}
{{- define "telamon.bundledArgsAndEnv" -}}
{{- with concat .args .v.extraArgs }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat .env .v.extraEnv }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .v.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
