{{/* Name of the chart's application. */}}
{{- define "telamon.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 30 | trimSuffix "-" -}}
{{- end -}}

{{/* Start of every object's name: at most 30 characters, so that with a role and a zone it stays below Kubernetes' limits. */}}
{{- define "telamon.fullname" -}}
{{- $wanted := .Values.fullnameOverride -}}
{{- if not $wanted -}}
{{- $name := include "telamon.name" . -}}
{{- $wanted = ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- end -}}
{{- $wanted = replace "." "-" $wanted -}}
{{- if gt (len $wanted) 30 -}}
{{- printf "%s-%s" ($wanted | trunc 24 | trimSuffix "-") (sha256sum $wanted | trunc 5) -}}
{{- else -}}
{{- $wanted | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that a selector may use; they never change in the life of a release. Takes root and component. */}}
{{- define "telamon.selectorLabels" -}}
app.kubernetes.io/name: {{ include "telamon.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of every object. Takes root and component. */}}
{{- define "telamon.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "telamon.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: telamon
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}

{{- define "telamon.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "telamon.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Reference of an image. Takes root and image; a digest wins over the tag, the global registry over the image's. */}}
{{- define "telamon.image" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry -}}
{{- $tag := default .root.Chart.AppVersion .image.tag -}}
{{- if $registry }}{{ $registry }}/{{ end }}{{ .image.repository }}{{ if .image.digest }}@{{ .image.digest }}{{ else }}:{{ $tag }}{{ end }}
{{- end -}}

{{/* Host name of a Service within the cluster. Takes root and service. */}}
{{- define "telamon.host" -}}
{{ .service }}.{{ .root.Release.Namespace }}.svc.{{ .root.Values.global.clusterDomain }}
{{- end -}}

{{/* MiB of a Kubernetes quantity of memory, rounded down. */}}
{{- define "telamon.mebibytes" -}}
{{- $text := toString . -}}
{{- $number := regexFind "^[0-9.]+" $text | float64 -}}
{{- $unit := regexFind "[A-Za-z]*$" $text -}}
{{- $bytes := dict "" 1.0 "k" 1000.0 "M" 1000000.0 "G" 1000000000.0 "T" 1000000000000.0 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 -}}
{{- divf (mulf $number (get $bytes $unit)) 1048576.0 | floor | int -}}
{{- end -}}
