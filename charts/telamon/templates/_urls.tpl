{{/* Root of writes and queries within the cluster: the gateway's, or without one the roles' own. Takes root and role. */}}
{{- define "telamon.rootUrl" -}}
{{- if .root.Values.gateway.enabled -}}
{{ ternary "https" "http" .root.Values.gateway.tls.enabled }}://{{ include "telamon.host" (dict "root" .root "service" (printf "%s-gateway" (include "telamon.fullname" .root))) }}:8080
{{- else -}}
http://{{ include "telamon.roleHost" . }}:9009
{{- end -}}
{{- end -}}

{{- define "telamon.queryUrl" -}}
{{ include "telamon.rootUrl" (dict "root" . "role" "query-frontend") }}/prometheus
{{- end -}}

{{- define "telamon.writeUrl" -}}
{{ include "telamon.rootUrl" (dict "root" . "role" "distributor") }}/api/v1/push
{{- end -}}

{{/* Host and port for OTLP over gRPC. */}}
{{- define "telamon.otlpAddress" -}}
{{- if .Values.gateway.enabled -}}
{{ include "telamon.host" (dict "root" . "service" (printf "%s-gateway" (include "telamon.fullname" .))) }}:4317
{{- else -}}
{{ include "telamon.roleHost" (dict "root" . "role" "distributor") }}:4317
{{- end -}}
{{- end -}}
