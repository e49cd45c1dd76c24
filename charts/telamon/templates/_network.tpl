{{/*
Who calls whom, as JSON: per component the components that it may reach (by TCP port), and `outside`: store, nats.
  gateway        -> distributor 9009 4317 4318, query-frontend 9009
  distributor    -> ingester 9095
  querier        -> ingester, store-gateway, query-frontend 9095; reads the bucket's index
  ingester       -> nobody; writes blocks to the bucket
  store-gateway, compactor -> the bucket
  all roles      -> NATS
Takes root.
*/}}
{{- define "telamon.flows" -}}
{{- $grpc := dict
  "distributor" (list "ingester")
  "ingester" list
  "querier" (list "ingester" "store-gateway" "query-frontend")
  "query-frontend" list
  "store-gateway" list
  "compactor" list -}}
{{- $bucket := list "ingester" "querier" "store-gateway" "compactor" -}}
{{- $root := .root -}}
{{- $components := dict -}}
{{- include "telamon.components" (dict "root" $root "out" $components) -}}
{{- $flows := dict -}}
{{- range $name, $c := $components -}}
{{- $to := dict -}}
{{- $outside := list -}}
{{- if eq $name "gateway" -}}
{{- $_ := set $to (include "telamon.componentOf" (dict "root" $root "role" "query-frontend")) (list 9009) -}}
{{- $_ := set $to (include "telamon.componentOf" (dict "root" $root "role" "distributor")) (list 9009 4317 4318) -}}
{{- else if eq $name "nats" -}}
{{- $_ := set $to "nats" (list 6222) -}}
{{- else if eq $c.container "telamon" -}}
{{- range $role := $c.roles -}}
{{- range $peer := get $grpc $role -}}
{{- $_ := set $to (include "telamon.componentOf" (dict "root" $root "role" $peer)) (list 9095) -}}
{{- end -}}
{{- if and (has $role $bucket) (eq (include "telamon.storeType" $root) "s3") -}}
{{- if eq (include "telamon.minioIsTheStore" $root) "true" -}}{{- $_ := set $to "minio" (list 9000) -}}{{- else -}}{{- $outside = append $outside "store" | uniq -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq (include "telamon.ringType" $root) "nats" -}}
{{- if eq (include "telamon.natsIsBundled" $root) "true" -}}{{- $_ := set $to "nats" (list 4222) -}}{{- else -}}{{- $outside = append $outside "nats" -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- $_ := set $flows $name (dict "to" $to "outside" $outside) -}}
{{- end -}}
{{- toJson $flows -}}
{{- end -}}

{{/* Ports of the NATS servers outside the chart, as JSON. */}}
{{- define "telamon.natsPorts" -}}
{{- $ports := list -}}
{{- range .Values.ring.nats.urls -}}
{{- $ports = append $ports (regexFind ":[0-9]+$" . | trimPrefix ":" | default "4222" | int) -}}
{{- end -}}
{{- toJson ($ports | uniq) -}}
{{- end -}}
