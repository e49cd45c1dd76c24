{{/* What the schema cannot say: combinations that would start and never work. */}}
{{- define "telamon.validate" -}}
{{- $v := .Values -}}
{{- $ring := include "telamon.ringType" . -}}
{{- $block := get (dict "single" "single" "scalable" "write" "distributed" "ingester") $v.mode -}}
{{- $replicas := int (get $v $block).replicas -}}
{{- if and (eq $ring "nats") (lt $replicas (int $v.ring.replicationFactor)) -}}
{{- fail (printf "%s.replicas is %d, fewer than ring.replicationFactor %v: no write could be acknowledged" $block $replicas $v.ring.replicationFactor) -}}
{{- end -}}
{{- if $v.zoneAware.enabled -}}
{{- $zones := len $v.zoneAware.zones -}}
{{- range $block := list "ingester" "storeGateway" -}}
{{- $replicas := int (default $v.componentDefaults.replicas (get $v $block).replicas) -}}
{{- if mod $replicas $zones -}}
{{- fail (printf "%s.replicas is %d: it must be a multiple of the %d zones" $block $replicas $zones) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- include "telamon.validateUpgrade" . -}}
{{- end -}}

{{/* Switching modes keeps no data of the ingesters' volumes, so it is refused until that is said to be wanted. */}}
{{- define "telamon.validateUpgrade" -}}
{{- if .Release.IsUpgrade -}}
{{- $old := lookup "v1" "ConfigMap" .Release.Namespace (printf "%s-runtime" (include "telamon.fullname" .)) -}}
{{- $layout := dig "metadata" "annotations" "telamon/layout" "" (default dict $old) -}}
{{- $new := include "telamon.layout" . -}}
{{- if and $layout (ne $layout $new) (not .Values.allowLayoutChange) -}}
{{- fail (printf "the release runs as %s and would become %s: its ingesters' volumes would stay behind with what is not in the bucket yet. Flush them first (docs/deploy.md, \"Changing the mode\"), then set allowLayoutChange=true for one upgrade" $layout $new) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Which workloads hold fresh samples. */}}
{{- define "telamon.layout" -}}
{{ .Values.mode }}{{ if and (eq .Values.mode "distributed") .Values.zoneAware.enabled }}-zones{{ end }}
{{- end -}}
