{{/* Pod template of any component. Takes root, c (the component) and zone. */}}
{{- define "telamon.podTemplate" -}}
{{- $v := .c.values -}}
{{- $g := .root.Values.global -}}
metadata:
  labels:
    {{- include "telamon.podLabels" . | nindent 4 }}
  {{- with include "telamon.podAnnotations" . | trim }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "telamon.serviceAccountName" .root }}
  automountServiceAccountToken: false
  # Kubernetes' variables of services would look like misspelt options.
  enableServiceLinks: false
  {{- if not $v.hostUsers }}
  hostUsers: false
  {{- end }}
  {{- with $g.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with default $g.priorityClassName $v.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    {{- if not $g.openshift }}
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    {{- end }}
    seccompProfile: { type: RuntimeDefault }
  {{- with include "telamon.affinity" . | trim }}
  affinity:
    {{- . | nindent 4 }}
  {{- end }}
  {{- if $v.topologySpread.enabled }}
  topologySpreadConstraints:
    {{- range $v.topologySpread.topologyKeys }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: {{ $v.topologySpread.whenUnsatisfiable }}
      labelSelector:
        matchLabels:
          {{- include "telamon.workloadLabels" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  {{- with mergeOverwrite (deepCopy $v.nodeSelector) (deepCopy (default dict .zone.nodeSelector)) }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .c.container }}
      {{- include (printf "telamon.container.%s" .c.container) . | nindent 6 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      resources:
        {{- toYaml $v.resources | nindent 8 }}
  volumes:
    - name: tmp
      emptyDir: {}
    {{- include (printf "telamon.volumes.%s" .c.container) . | nindent 4 }}
    {{- if and (ne .c.container "nginx") (not (and (eq .c.kind "StatefulSet") $v.persistence.enabled)) }}
    - name: data
      emptyDir: {}
    {{- end }}
    {{- with $v.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{/* Name of the workload: the component's, with the zone where there is one. */}}
{{- define "telamon.workloadName" -}}
{{ .c.fullname }}{{ if .zone.name }}-{{ .zone.name }}{{ end }}
{{- end -}}

{{/* Labels that select the pods of one workload. */}}
{{- define "telamon.workloadLabels" -}}
{{ include "telamon.selectorLabels" (dict "root" .root "component" .c.name) }}
{{- if .zone.name }}
zone: {{ .zone.name }}
{{- end }}
{{- end -}}

{{- define "telamon.podLabels" -}}
{{- $labels := mergeOverwrite (deepCopy .root.Values.global.podLabels) (deepCopy .c.values.podLabels) -}}
{{- $fixed := include "telamon.workloadLabels" . | fromYaml -}}
{{- if .zone.name -}}
{{- /* The rollout-operator finds pods by these two. */ -}}
{{- $_ := set $fixed "name" (include "telamon.workloadName" .) -}}
{{- $_ := set $fixed "rollout-group" .c.fullname -}}
{{- end -}}
{{- mergeOverwrite $labels $fixed | toYaml -}}
{{- end -}}

{{- define "telamon.podAnnotations" -}}
{{- $all := mergeOverwrite (deepCopy .root.Values.global.podAnnotations) (deepCopy .c.values.podAnnotations) -}}
{{- if and (eq .c.container "telamon") (not .root.Values.existingConfigMap) (not .root.Values.existingConfigSecret) -}}
{{- $_ := set $all "checksum/config" (include "telamon.config" .root | sha256sum) -}}
{{- else if eq .c.container "nginx" -}}
{{- $_ := set $all "checksum/config" (include "telamon.nginxConf" .root | sha256sum) -}}
{{- else if eq .c.container "nats" -}}
{{- $_ := set $all "checksum/config" (include "telamon.natsConf" .root | sha256sum) -}}
{{- end -}}
{{- if $all }}{{ toYaml $all }}{{ end -}}
{{- end -}}

{{/* The component's own affinity; with zones, pods of two zones keep off each other's nodes. */}}
{{- define "telamon.affinity" -}}
{{- if .c.values.affinity -}}
{{- toYaml .c.values.affinity -}}
{{- else if .zone.name -}}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" (dict "matchExpressions" (list
  (dict "key" "rollout-group" "operator" "In" "values" (list .c.fullname))
  (dict "key" "zone" "operator" "NotIn" "values" (list .zone.name)))) -}}
{{- if eq .root.Values.zoneAware.antiAffinity "required" -}}
{{- dict "podAntiAffinity" (dict "requiredDuringSchedulingIgnoredDuringExecution" (list $term)) | toYaml -}}
{{- else -}}
{{- dict "podAntiAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" (list (dict "weight" 100 "podAffinityTerm" $term))) | toYaml -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The three probes of an HTTP port; a start may take long, being slow never restarts. Takes port (a name) and failureThreshold. */}}
{{- define "telamon.probes" -}}
startupProbe:
  httpGet: { path: {{ .ready | quote }}, port: {{ .port }}{{ if .scheme }}, scheme: {{ .scheme }}{{ end }} }
  periodSeconds: 10
  failureThreshold: {{ .failureThreshold }}
readinessProbe:
  httpGet: { path: {{ .ready | quote }}, port: {{ .port }}{{ if .scheme }}, scheme: {{ .scheme }}{{ end }} }
  periodSeconds: 5
  timeoutSeconds: 3
livenessProbe:
  httpGet: { path: {{ .live | quote }}, port: {{ .port }}{{ if .scheme }}, scheme: {{ .scheme }}{{ end }} }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}

{{- define "telamon.preStop" -}}
{{- if .preStopSleepSeconds -}}
lifecycle:
  preStop:
    exec: { command: [/bin/sleep, {{ .preStopSleepSeconds | quote }}] }
{{- end -}}
{{- end -}}

{{/* Ports of a container as YAML. Takes a list of ports. */}}
{{- define "telamon.containerPorts" -}}
{{- range . }}
- { name: {{ .name }}, containerPort: {{ .port }}, protocol: TCP }
{{- end }}
{{- end -}}
