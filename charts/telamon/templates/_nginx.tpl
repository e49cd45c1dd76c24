{{/*
Configuration of the gateway's nginx, 1.27.3 or newer (1.22 where gateway.upstreams names every one): writes go to distributors, queries
to query-frontends, nothing else gets through. Pages about the processes (/config, /metrics, /ingester/...) stay inside.
*/}}
{{- define "telamon.nginxConf" -}}
{{- $g := .Values.gateway -}}
{{- $otlp := $g.upstreams.distributorOtlpGrpc -}}
{{- range $host := ternary $g.upstreams.distributor (list) (empty $otlp) -}}
{{- $otlp = append $otlp (regexReplaceAll ":[0-9]+$" $host ":4317") -}}
{{- end -}}
worker_processes auto;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;

events {
  worker_connections 8192;
}

http {
  client_body_temp_path /tmp/client;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  map $status $is_loggable {
    ~^[23] {{ ternary 1 0 $g.logRequests }};
    default 1;
  }
  access_log /dev/stdout combined if=$is_loggable;
  server_tokens off;

  client_max_body_size {{ $g.maxBodySize }};
  proxy_read_timeout {{ $g.readTimeout }};
  grpc_read_timeout {{ $g.readTimeout }};
  proxy_connect_timeout 2s;
  grpc_connect_timeout 2s;
  proxy_http_version 1.1;
  proxy_request_buffering off;
  {{- if include "telamon.nginxResolves" . }}
  # Written at the start, from /etc/resolv.conf.
  include /tmp/resolver.conf;
  {{- end }}

  {{ include "telamon.nginxUpstream" (dict "root" . "name" "distributor" "role" "distributor" "port" 9009 "hosts" $g.upstreams.distributor) | indent 2 | trim }}
  {{- include "telamon.nginxUpstream" (dict "root" . "name" "distributor_otlp" "role" "distributor" "port" 4317 "hosts" $otlp) | nindent 2 }}
  {{- include "telamon.nginxUpstream" (dict "root" . "name" "query_frontend" "role" "query-frontend" "port" 9009 "hosts" $g.upstreams.queryFrontend) | nindent 2 }}

  {{- if $g.tls.enabled }}

  ssl_certificate /etc/telamon/tls/tls.crt;
  ssl_certificate_key /etc/telamon/tls/tls.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  {{- end }}
  {{- $ssl := ternary " ssl" "" $g.tls.enabled }}

  server {
    {{- include "telamon.nginxListen" (dict "root" . "port" 8080 "more" $ssl) | nindent 4 }}
    {{- include "telamon.nginxGuard" . | nindent 4 }}
    {{- include "telamon.nginxUnavailable" . | nindent 4 }}

    location = /live { auth_basic off; access_log off; return 200 "live\n"; }
    # For who wants to know whether requests are served; the pod's own probes ask for /live, so that it is there to say when to try again.
    location = /ready { {{- include "telamon.nginxReady" "/ready/query-frontend" }} proxy_pass http://distributor; }
    location = /ready/query-frontend { {{- include "telamon.nginxReady" "off" }} internal; proxy_pass http://query_frontend/ready; }

    location ~ ^/(prometheus/)?api/(v1|prom)/(push|write|receive)(/|$) {
      {{- include "telamon.nginxPush" . | nindent 6 }}
    }
    location ~ ^/(otlp|api/v1/otlp|opentelemetry)?/?v1/metrics$ {
      {{- include "telamon.nginxPush" . | nindent 6 }}
    }

    location /prometheus/ { proxy_pass http://query_frontend; }
    location /api/v1/ { proxy_pass http://query_frontend; }
    location = /federate { proxy_pass http://query_frontend; }
    location = /api/prom/user_stats { proxy_pass http://query_frontend; }

    location / { return 404; }
  }

  # OTLP, gRPC without TLS by prior knowledge; nginx 1.25 and newer takes HTTP/1 here, too.
  server {
    {{- include "telamon.nginxListen" (dict "root" . "port" 4317 "more" (printf "%s http2" $ssl)) | nindent 4 }}
    {{- include "telamon.nginxGuard" . | nindent 4 }}
    {{- include "telamon.nginxUnavailable" . | nindent 4 }}

    location /opentelemetry.proto.collector.metrics.v1.MetricsService/ { grpc_pass grpc://distributor_otlp; }
    location = /v1/metrics {
      {{- include "telamon.nginxPush" . | nindent 6 }}
    }
    location / { return 404; }
  }

  server {
    {{- include "telamon.nginxListen" (dict "root" . "port" 4318 "more" $ssl) | nindent 4 }}
    {{- include "telamon.nginxGuard" . | nindent 4 }}
    {{- include "telamon.nginxUnavailable" . | nindent 4 }}

    location = /v1/metrics {
      {{- include "telamon.nginxPush" . | nindent 6 }}
    }
    location / { return 404; }
  }
}
{{- end -}}

{{/*
A group of servers: the hosts that are given, or the ready pods of a role, which are looked up again and again. A server that fails is not
passed by: a refusal of one write tells nothing of others. Takes root, name, role, port and hosts.
*/}}
{{- define "telamon.nginxUpstream" -}}
{{- $pods := printf "%s:%d" (include "telamon.podsHost" (dict "root" .root "role" .role)) (int .port) -}}
{{- $resolves := or (empty .hosts) .root.Values.gateway.upstreams.resolve -}}
upstream {{ .name }} {
  {{- if $resolves }}
  zone {{ .name }} 256k;
  {{- end }}
  {{- range default (list $pods) .hosts }}
  server {{ . }} max_fails=0{{ ternary " resolve" "" $resolves }};
  {{- end }}
  keepalive 64;
}
{{- end -}}

{{/* Whether names are looked up while it runs: "true" or nothing. */}}
{{- define "telamon.nginxResolves" -}}
{{- with .Values.gateway.upstreams -}}
{{- if or .resolve (not (and .distributor .queryFrontend)) -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* A write is kept until a distributor has taken it, and given to a second one when the first does not: twice the same is stored once. */}}
{{- define "telamon.nginxPush" -}}
proxy_request_buffering on;
client_body_buffer_size 256k;
proxy_next_upstream error timeout http_502 http_503 http_504 non_idempotent;
proxy_next_upstream_tries 2;
proxy_next_upstream_timeout 15s;
proxy_pass http://distributor;
{{- end -}}

{{/* Directives of a look at whether an upstream is ready. Takes what else must be ready, or off. */}}
{{- define "telamon.nginxReady" -}}
{{ " " }}auth_basic off; access_log off; auth_request {{ . }}; error_page 500 502 504 = @unavailable;
{{- end -}}

{{/* What no upstream answers is to be tried again. Upstreams' own answers pass as they are. */}}
{{- define "telamon.nginxUnavailable" -}}
error_page 502 504 = @unavailable;
location @unavailable {
  default_type application/json;
  add_header Retry-After 5 always;
  return 503 '{"status":"error","errorType":"unavailable","error":"the gateway reaches no process that answers this; try again"}';
}
{{- end -}}

{{- define "telamon.nginxListen" -}}
listen {{ .port }}{{ .more }};
{{- if .root.Values.global.ipv6 }}
listen [::]:{{ .port }}{{ .more }};
{{- end }}
{{- end -}}

{{/* Who may come in, and whose tenant a request is. */}}
{{- define "telamon.nginxGuard" -}}
{{- $g := .Values.gateway -}}
{{- if $g.basicAuth.existingSecret -}}
auth_basic "Telamon";
auth_basic_user_file /etc/telamon/htpasswd/.htpasswd;
{{ end -}}
{{- $tenant := "$http_x_scope_orgid" -}}
{{- if $g.tenant }}{{ $tenant = $g.tenant }}{{ else if and $g.basicAuth.existingSecret $g.basicAuth.tenantFromUser }}{{ $tenant = "$remote_user" }}{{ end -}}
proxy_set_header Host $host;
proxy_set_header Connection "";
proxy_set_header X-Scope-OrgID {{ $tenant }};
grpc_set_header X-Scope-OrgID {{ $tenant }};
{{- if $g.basicAuth.existingSecret }}
# The password ends here.
proxy_set_header Authorization "";
grpc_set_header Authorization "";
{{- end }}
{{- end -}}
