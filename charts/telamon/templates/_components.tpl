{{/*
What runs in the chosen mode. Fills `out` (a dict) by component name; each entry has
  name, kind, container (telamon, nginx, nats or minio), target, roles, ports, values (componentDefaults with the block's own merged over).
*/}}
{{- define "telamon.components" -}}
{{- $root := .root -}}
{{- $out := .out -}}
{{- $all := list "distributor" "ingester" "querier" "query-frontend" "store-gateway" "compactor" -}}
{{- $table := list
  (dict "mode" "single" "name" "single" "key" "single" "kind" "StatefulSet" "target" "all" "roles" $all)
  (dict "mode" "scalable" "name" "write" "key" "write" "kind" "StatefulSet" "roles" (list "distributor" "ingester"))
  (dict "mode" "scalable" "name" "read" "key" "read" "kind" "Deployment" "roles" (list "query-frontend" "querier"))
  (dict "mode" "scalable" "name" "backend" "key" "backend" "kind" "StatefulSet" "roles" (list "store-gateway" "compactor"))
  (dict "mode" "distributed" "name" "distributor" "key" "distributor" "kind" "Deployment" "roles" (list "distributor"))
  (dict "mode" "distributed" "name" "ingester" "key" "ingester" "kind" "StatefulSet" "roles" (list "ingester"))
  (dict "mode" "distributed" "name" "querier" "key" "querier" "kind" "Deployment" "roles" (list "querier"))
  (dict "mode" "distributed" "name" "query-frontend" "key" "queryFrontend" "kind" "Deployment" "roles" (list "query-frontend"))
  (dict "mode" "distributed" "name" "store-gateway" "key" "storeGateway" "kind" "StatefulSet" "roles" (list "store-gateway"))
  (dict "mode" "distributed" "name" "compactor" "key" "compactor" "kind" "StatefulSet" "roles" (list "compactor"))
-}}
{{- range $entry := $table -}}
{{- if eq $entry.mode $root.Values.mode -}}
{{- $ports := list (dict "name" "http-metrics" "port" 9009) -}}
{{- if has "distributor" $entry.roles -}}
{{- $ports = concat $ports (list (dict "name" "otlp-grpc" "port" 4317 "appProtocol" "kubernetes.io/h2c") (dict "name" "otlp-http" "port" 4318)) -}}
{{- end -}}
{{- $_ := set $entry "container" "telamon" -}}
{{- $_ := set $entry "target" (default (join "," $entry.roles) $entry.target) -}}
{{- $_ := set $entry "ports" $ports -}}
{{- $_ := set $out $entry.name $entry -}}
{{- end -}}
{{- end -}}
{{- if $root.Values.gateway.enabled -}}
{{- $_ := set $out "gateway" (dict "name" "gateway" "key" "gateway" "kind" "Deployment" "container" "nginx" "roles" list "ports" (list
  (dict "name" "http" "port" 8080) (dict "name" "otlp-grpc" "port" 4317 "appProtocol" "kubernetes.io/h2c") (dict "name" "otlp-http" "port" 4318))) -}}
{{- end -}}
{{- if eq (include "telamon.natsIsBundled" $root) "true" -}}
{{- $_ := set $out "nats" (dict "name" "nats" "key" "nats" "kind" "StatefulSet" "container" "nats" "roles" list "ports" (list (dict "name" "client" "port" 4222))) -}}
{{- end -}}
{{- if eq (include "telamon.minioIsUsed" $root) "true" -}}
{{- $_ := set $out "minio" (dict "name" "minio" "key" "minioDev" "kind" "StatefulSet" "container" "minio" "roles" list "ports" (list (dict "name" "s3" "port" 9000))) -}}
{{- end -}}
{{- range $name, $entry := $out -}}
{{- $_ := set $entry "values" (mergeOverwrite (deepCopy $root.Values.componentDefaults) (deepCopy (get $root.Values $entry.key))) -}}
{{- $_ := set $entry "fullname" (printf "%s-%s" (include "telamon.fullname" $root) $name) -}}
{{- end -}}
{{- end -}}

{{/* Whether one process does everything and is alone: "true" or "false". */}}
{{- define "telamon.isAlone" -}}
{{- and (eq .Values.mode "single") (eq (int .Values.single.replicas) 1) -}}
{{- end -}}

{{/* Where the rings are kept: nats or inprocess. */}}
{{- define "telamon.ringType" -}}
{{- if ne .Values.ring.type "auto" -}}{{ .Values.ring.type }}{{- else -}}{{ ternary "inprocess" "nats" (eq (include "telamon.isAlone" .) "true") }}{{- end -}}
{{- end -}}

{{/* Where blocks are kept: s3 or filesystem. */}}
{{- define "telamon.storeType" -}}
{{- if ne .Values.objectStore.type "auto" -}}{{ .Values.objectStore.type }}{{- else -}}{{ ternary "filesystem" "s3" (eq (include "telamon.isAlone" .) "true") }}{{- end -}}
{{- end -}}

{{/* Whether the chart brings the NATS that the ring is kept in: "true" or "false". */}}
{{- define "telamon.natsIsBundled" -}}
{{- and (eq (include "telamon.ringType" .) "nats") (not .Values.ring.nats.urls) -}}
{{- end -}}

{{/* Whether the development MinIO is installed: "true" or "false". */}}
{{- define "telamon.minioIsUsed" -}}
{{- and (eq (include "telamon.storeType" .) "s3") .Values.minioDev.enabled -}}
{{- end -}}

{{/* Name of the component that plays a role in the chosen mode. Takes root and role. */}}
{{- define "telamon.componentOf" -}}
{{- $mode := .root.Values.mode -}}
{{- if eq $mode "single" -}}single
{{- else if eq $mode "distributed" -}}{{ .role }}
{{- else if has .role (list "distributor" "ingester") -}}write
{{- else if has .role (list "querier" "query-frontend") -}}read
{{- else -}}backend
{{- end -}}
{{- end -}}

{{/* Host of the Service that answers for a role. Takes root and role. */}}
{{- define "telamon.roleHost" -}}
{{- $service := printf "%s-%s" (include "telamon.fullname" .root) (include "telamon.componentOf" .) -}}
{{- include "telamon.host" (dict "root" .root "service" $service) -}}
{{- end -}}

{{/* Host with the addresses of the ready pods that play a role. Takes root and role. */}}
{{- define "telamon.podsHost" -}}
{{- $service := printf "%s-%s-pods" (include "telamon.fullname" .root) (include "telamon.componentOf" .) -}}
{{- include "telamon.host" (dict "root" .root "service" $service) -}}
{{- end -}}

{{/* Zones of a component as JSON: a list of {name, nodeSelector}, or of one entry without a name. Takes root and c (the component). */}}
{{- define "telamon.zones" -}}
{{- if and (has .c.name (list "ingester" "store-gateway")) .root.Values.zoneAware.enabled -}}
{{- toJson .root.Values.zoneAware.zones -}}
{{- else -}}
[{"name":"","nodeSelector":{}}]
{{- end -}}
{{- end -}}

{{/* Whether an autoscaler decides on the replicas of a component: hpa, keda or none. Takes the component. */}}
{{- define "telamon.autoscaler" -}}
{{- ternary .values.autoscaling.type "none" (eq .kind "Deployment") -}}
{{- end -}}
