{{/* The product's container. Takes root, c and zone. */}}
{{- define "telamon.container.telamon" -}}
{{- $v := .c.values -}}
{{- $values := .root.Values -}}
{{- $heapMiB := div (mul (include "telamon.mebibytes" $v.resources.limits.memory | int) (int $values.node.heapPercent)) 100 -}}
image: {{ include "telamon.image" (dict "root" .root "image" $values.image) }}
imagePullPolicy: {{ $values.image.pullPolicy }}
command: [node, --max-old-space-size={{ $heapMiB }}, services/all/dist/main.js]
args:
  {{- include "telamon.flags" . | nindent 2 }}
  {{- with $v.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  - name: POD_NAME
    valueFrom: { fieldRef: { fieldPath: metadata.name } }
  - name: POD_IP
    valueFrom: { fieldRef: { fieldPath: status.podIP } }
  - { name: UV_THREADPOOL_SIZE, value: {{ $values.node.threadPoolSize | quote }} }
  {{- with include "telamon.env" . | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with concat $values.global.extraEnv $v.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with concat $values.global.extraEnvFrom $v.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  {{- include "telamon.containerPorts" .c.ports | trim | nindent 2 }}
  - { name: grpc, containerPort: 9095, protocol: TCP }
{{ include "telamon.probes" (dict "port" "http-metrics" "ready" "/ready" "live" "/live" "failureThreshold" $v.startupFailureThreshold) }}
{{- with include "telamon.preStop" $v }}
{{ . }}
{{- end }}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  - { name: data, mountPath: /data }
  - { name: config, mountPath: /etc/telamon/config, readOnly: true }
  - { name: runtime, mountPath: /etc/telamon/runtime, readOnly: true }
  {{- range include "telamon.secretVolumes" .root | fromYamlArray }}
  - { name: {{ .name }}, mountPath: /etc/telamon/{{ .name }}, readOnly: true }
  {{- end }}
  {{- with $v.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "telamon.volumes.telamon" -}}
{{- $values := .root.Values -}}
- name: config
  {{- if $values.existingConfigSecret }}
  secret: { secretName: {{ $values.existingConfigSecret }} }
  {{- else }}
  configMap: { name: {{ default (printf "%s-config" (include "telamon.fullname" .root)) $values.existingConfigMap }} }
  {{- end }}
- name: runtime
  configMap: { name: {{ include "telamon.fullname" .root }}-runtime }
{{- with include "telamon.secretVolumes" .root | fromYamlArray }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Volumes from Secrets and ConfigMaps of the user that the configuration names, as a YAML list. */}}
{{- define "telamon.secretVolumes" -}}
{{- if .Values.tls.internal.enabled }}
- name: internal-tls
  secret: { secretName: {{ include "telamon.internalTlsSecret" . }} }
{{- end }}
{{- $nats := eq (include "telamon.ringType" .) "nats" -}}
{{- with .Values.ring.nats.credentialsSecret }}{{ if $nats }}
- name: nats-credentials
  secret: { secretName: {{ . }} }
{{- end }}{{ end }}
{{- with .Values.ring.nats.tlsSecret }}{{ if $nats }}
- name: nats-tls
  secret: { secretName: {{ . }} }
{{- end }}{{ end }}
{{- with include "telamon.s3Secret" . | fromJson }}{{ if .name }}
# Mounted, not in variables: a key that was replaced is read again without a restart.
- name: s3-credentials
  secret:
    secretName: {{ .name }}
    items:
      {{- range $file, $key := .files }}
      - { key: {{ $key }}, path: {{ $file }} }
      {{- end }}
{{- end }}{{ end }}
{{- with .Values.objectStore.s3.caConfigMap }}{{ if eq (include "telamon.storeType" $) "s3" }}
- name: s3-ca
  configMap: { name: {{ . }} }
{{- end }}{{ end }}
{{- end -}}
