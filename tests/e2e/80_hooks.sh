#!/bin/sh
# Services that call: every scheme signed by openssl, right and wrong; what comes again counts once;
# two thousand calls at once, and a kill -9 in the midst of others: who heard 200 is in the store.
# shellcheck source=tests/e2e/lib/shop.sh
. tests/e2e/lib/shop.sh
# shellcheck source=tests/e2e/lib/hooks.sh
. tests/e2e/lib/hooks.sh
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; rm -rf "$work"' EXIT

key=Canary-Z7-never-in-a-log
standard_key=$(printf 'canary-of-24-bytes-or-so' | base64)
new_hook_store
printf '[server]\npublic_url = https://hooks.example.ro/\n' >>"$OPINIA_STORE/opinia.conf"
source_of bearer generic "$key" 'scheme = bearer'
source_of path generic "$key" 'scheme = path'
source_of zendesk generic "$key" 'scheme = zendesk'
source_of monkey generic "client&$key" 'scheme = surveymonkey'
source_of standard generic "whsec_$standard_key"
source_of chatwoot chatwoot "$key" 'account = 1'
source_of crisp crisp "$key"
source_of formbricks formbricks "whsec_$standard_key" 'survey = s1' 'map.csat = data.q1'
source_of freeswitch freeswitch "pbx:$key"
source_of intercom intercom "$key"
source_of livechat livechat "$key" 'user = u'
source_of tally tally "$key" 'map.csat = fields[key=q1].value' 'scale.csat = 1..5'
source_of twilio twilio "$key"
source_of typeform typeform "$key" 'form = f1'
source_of zadarma zadarma "$key"
printf '[source lent]\nadapter = generic\nscheme = bearer\nsecret_credential = lent\n' >>"$OPINIA_STORE/opinia.conf"
mkdir "$work/credentials"
printf '%s\n' "$key" >"$work/credentials/lent"
cp "$OPINIA_STORE.key" "$work/credentials/opinia.key"
export CREDENTIALS_DIRECTORY="$work/credentials"
serve

now=$(date +%s)
body=$work/body
signed=$work/signed
json='Content-Type: application/json'
form='Content-Type: application/x-www-form-urlencoded'

# heard NAME PATH HEADERS…: $body is taken with these headers, counts once however often it comes,
# and is refused when a byte of it or of its signature is another
heard() {
	name=$1 path=$2
	shift 2
	before=$(opinia query --count "source:$name")
	same "$name" "$(call "$path" --data-binary @"$body" "$@")" 200
	same "$name landed" "$(opinia query --count "source:$name")" $((before + 1))
	first=$(cat "$work/answer")
	same "$name again" "$(call "$path" --data-binary @"$body" "$@")" 200
	same "$name again: the answer" "$(cat "$work/answer")" "$first"
	same "$name again: once" "$(opinia query --count "source:$name")" $((before + 1))
	same "$name unsigned" "$(call "${path%%/*}" --data-binary @"$body" -H "$json")" 401
	same "$name: 401 says nothing" "$(cat "$work/answer")" ""
}
# forged NAME HEADERS…: the same headers over another body
forged() {
	name=$1
	shift
	sed 's/1/2/; t; s/a/b/' "$body" >"$work/other"
	same "$name forged" "$(call "$name" --data-binary @"$work/other" "$@")" 401
}

# ---- secrets that are shown -------------------------------------------------------------------
printf '{"id":"B-1","csat":5,"comment":"Mulțumesc, a mers repede"}' >"$body"
heard bearer bearer -H "$json" -H "Authorization: Bearer $key"
heard lent lent -H "$json" -H "Authorization: Bearer $key"
printf '{"id":"A-1","csat":2,"comment":"Paczka uszkodzona"}' >"$body"
heard path "path/$key" -H "$json"
printf '{"variables":{"uuid":"u-1","csat_score":"4","caller_id_number":"%%2B40700000001"},"callflow":[]}' >"$work/cdr"
printf 'cdr=%s' "$(jq -sRr @uri "$work/cdr")" >"$body"
heard freeswitch freeswitch -u "pbx:$key" -H "$form"
printf '{"webhook_id":"w","secret_key":"%s","action":"thread_properties_updated","payload":{"chat_id":"c1","thread_id":"t1","properties":{"rating":{"score":1}}}}' "$key" >"$body"
same livechat "$(call livechat --data-binary @"$body" -H "$json")" 200
same 'livechat landed' "$(opinia query --count source:livechat)" 1
sed "s/$key/another/" "$body" >"$work/other"
same 'livechat forged' "$(call livechat --data-binary @"$work/other" -H "$json")" 401

# ---- signatures over the body -----------------------------------------------------------------
printf '{"id":"M-1","csat":3,"comment":"Așa și așa"}' >"$body"
sign="Sm-Signature: $(mac sha1 "client&$key" "$body" | b64)"
heard monkey monkey -H "$json" -H "$sign"
forged monkey -H "$json" -H "$sign"

printf '{"eventId":"e1","eventType":"FORM_RESPONSE","createdAt":"2026-11-20T10:00:00.000Z","data":{"responseId":"r1","formName":"Kwiaciarnia","fields":[{"key":"q1","type":"LINEAR_SCALE","value":4},{"key":"q2","type":"TEXTAREA","value":"Piękne kwiaty"}]}}' >"$body"
sign="Tally-Signature: $(mac sha256 "$key" "$body" | b64)"
heard tally tally -H "$json" -H "$sign"
forged tally -H "$json" -H "$sign"

printf '{"event_id":"t1","event_type":"form_response","form_response":{"form_id":"f1","token":"tok1","submitted_at":"2026-11-20T10:00:00Z","answers":[{"type":"number","number":9,"field":{"id":"x","type":"nps","ref":"n"}}]}}' >"$body"
sign="Typeform-Signature: sha256=$(mac sha256 "$key" "$body" | b64)"
heard typeform typeform -H "$json" -H "$sign"
forged typeform -H "$json" -H "$sign"

printf '{"type":"notification_event","topic":"conversation.rating.added","id":"n1","data":{"item":{"type":"conversation","id":"771","conversation_rating":{"rating":5,"remark":"Super","updated_at":1795287600}}}}' >"$body"
sign="X-Hub-Signature: sha1=$(mac sha1 "$key" "$body" | hex)"
before=$(opinia query --count source:intercom)
heard intercom intercom -H "$json" -H "$sign"
forged intercom -H "$json" -H "$sign"
printf '{"type":"notification_event","topic":"ping","data":{"item":{"type":"ping"}}}' >"$body"
same 'a ping of Intercom' "$(call intercom --data-binary @"$body" -H "$json" -H "X-Hub-Signature: sha1=$(mac sha1 "$key" "$body" | hex)")" 200
same 'a ping is nothing' "$(opinia query --count source:intercom)" $((before + 1))

# ---- signatures over a time too ---------------------------------------------------------------
# sign_standard ID TIME
sign_standard() {
	{ printf '%s.%s.' "$1" "$2"; cat "$body"; } >"$signed"
	printf 'v1,%s' "$(mac sha256 canary-of-24-bytes-or-so "$signed" | b64)"
}
# heard_standard NAME ID TIME: the status
call_standard() {
	call "$1" --data-binary @"$body" -H "$json" -H "webhook-id: $2" -H "webhook-timestamp: $3" \
		-H "webhook-signature: $(sign_standard "$2" "$3")"
}
printf '{"id":"S-1","nps":10}' >"$body"
heard standard standard -H "$json" -H "webhook-id: msg_1" -H "webhook-timestamp: $now" -H "webhook-signature: v1,AAAA $(sign_standard msg_1 "$now")"
forged standard -H "$json" -H "webhook-id: msg_1" -H "webhook-timestamp: $now" -H "webhook-signature: $(sign_standard msg_1 "$now")"
same 'too old' "$(call_standard standard msg_2 $((now - 400)))" 401
same 'too new' "$(call_standard standard msg_2 $((now + 400)))" 401
same 'old, in time' "$(call_standard standard msg_3 $((now - 200)))" 200
printf '{"webhookId":"w1","event":"responseFinished","data":{"id":"fb1","surveyId":"s1","finished":true,"createdAt":"2026-11-20T10:00:00Z","updatedAt":"2026-11-20T10:01:00Z","data":{"q1":4}}}' >"$body"
heard formbricks formbricks -H "$json" -H "webhook-id: fb_1" -H "webhook-timestamp: $now" -H "webhook-signature: $(sign_standard fb_1 "$now")"

printf '{"event":"message_updated","id":90211,"content_type":"input_csat","content_attributes":{"submitted_values":{"csat_survey_response":{"rating":2,"feedback_message":"Am așteptat prea mult"}}},"conversation":{"id":4410},"created_at":"2026-11-20T10:00:00Z"}' >"$body"
{ printf '%s.' "$now"; cat "$body"; } >"$signed"
sign="X-Chatwoot-Signature: sha256=$(mac sha256 "$key" "$signed" | hex)"
heard chatwoot chatwoot -H "$json" -H "$sign" -H "X-Chatwoot-Timestamp: $now" -H 'X-Chatwoot-Delivery: 5b1f0a52-0000-4000-8000-000000000001'
forged chatwoot -H "$json" -H "$sign" -H "X-Chatwoot-Timestamp: $now"

printf '{"website_id":"w","event":"session:sync:rating","data":{"session_id":"session_1","rating":{"stars":5,"comment":"Merci"}},"timestamp":1795287600000}' >"$body"
{ printf '[%s;' "${now}000"; cat "$body"; printf ']'; } >"$signed"
sign="X-Crisp-Signature: $(mac sha256 "$key" "$signed" | hex)"
heard crisp crisp -H "$json" -H "$sign" -H "X-Crisp-Request-Timestamp: ${now}000"
forged crisp -H "$json" -H "$sign" -H "X-Crisp-Request-Timestamp: ${now}000"

printf '{"id":"Z-1","csat":1,"comment":"Nikt nie odpisuje"}' >"$body"
iso=$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)
{ printf %s "$iso"; cat "$body"; } >"$signed"
sign="X-Zendesk-Webhook-Signature: $(mac sha256 "$key" "$signed" | b64)"
heard zendesk zendesk -H "$json" -H "$sign" -H "X-Zendesk-Webhook-Signature-Timestamp: $iso"
forged zendesk -H "$json" -H "$sign" -H "X-Zendesk-Webhook-Signature-Timestamp: $iso"

# ---- telephones ---------------------------------------------------------------------------------
printf 'CallSid=CA1&Digits=4&From=%%2B40700000000&To=%%2B48220000000' >"$body"
printf 'https://hooks.example.ro/hooks/twilio?src=ivrCallSidCA1Digits4From+40700000000To+48220000000' >"$signed"
sign="X-Twilio-Signature: $(mac sha1 "$key" "$signed" | b64)"
same twilio "$(call 'twilio?src=ivr' --data-binary @"$body" -H "$form" -H "$sign")" 200
grep -q '<Response' "$work/answer" || die "Twilio is told: $(cat "$work/answer")"
same 'twilio landed' "$(opinia query --count source:twilio)" 1
same 'twilio, another address' "$(call 'twilio?src=other' --data-binary @"$body" -H "$form" -H "$sign")" 401
printf 'event=NOTIFY_END&caller_id=%%2B40700000000&called_did=%%2B48220000000&call_start=2026-11-21+19%%3A00%%3A00&pbx_call_id=in_1' >"$body"
printf '+40700000000+482200000002026-11-21 19:00:00' >"$signed"
sign="Signature: $(mac sha1 "$key" "$signed" | hex | b64)"
same zadarma "$(call zadarma --data-binary @"$body" -H "$form" -H "$sign")" 200
same 'zadarma forged' "$(call zadarma --data-binary @"$body" -H "$form" -H "Signature: $(printf x | b64)")" 401
same 'zadarma asks' "$(call 'zadarma?zd_echo=abc123')" 200
same 'zadarma hears' "$(cat "$work/answer")" abc123

# ---- CloudEvents, Idempotency-Key, what is no call ----------------------------------------------
auth="Authorization: Bearer $key"
n=$(opinia query --count source:bearer)
printf '{"specversion":"1.0","id":"ce1","source":"/shop","type":"ro.shop.answer","data":{"id":"CE-1","csat":4}}' >"$body"
same 'a CloudEvent' "$(call bearer --data-binary @"$body" -H "$auth" -H 'Content-Type: application/cloudevents+json; charset=utf-8')" 200
sed 's/"id":"CE-1"/"id":"CE-1b"/' "$body" >"$work/other"
same 'the same event' "$(call bearer --data-binary @"$work/other" -H "$auth" -H 'Content-Type: application/cloudevents+json')" 200
printf '[{"specversion":"1.0","id":"ce2","source":"/shop","type":"t","data":{"id":"CE-2","csat":4}},{"specversion":"1.0","id":"ce3","source":"/shop","type":"t","data":{"id":"CE-3","csat":5}}]' >"$body"
same 'a batch of events' "$(call bearer --data-binary @"$body" -H "$auth" -H 'Content-Type: application/cloudevents-batch+json')" 200
printf '{"id":"CE-4","csat":4}' >"$body"
same 'an event in headers' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json" -H 'ce-specversion: 1.0' -H 'ce-type: t' -H 'ce-source: /%C8%9B' -H 'ce-id: 4')" 200
same 'events' "$(opinia query --count source:bearer)" $((n + 4))
same 'half an event' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json" -H 'ce-specversion: 1.0')" 400
printf '{"id":"K-1","csat":4}' >"$body"
same 'a key' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json" -H 'Idempotency-Key: k1')" 200
first=$(cat "$work/answer")
same 'the key again' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json" -H 'Idempotency-Key: k1')" 200
same 'its answer' "$(cat "$work/answer")" "$first"
printf '{"id":"K-2","csat":1}' >"$body"
same 'the key, another body' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json" -H 'Idempotency-Key: k1')" 422
same 'keys' "$(opinia query --count source:bearer)" $((n + 5))
same 'a question' "$(call bearer -X OPTIONS -D "$work/headers" -H 'WebHook-Request-Origin: eventemitter.example.com')" 200
grep -qi '^webhook-allowed-origin: eventemitter.example.com' "$work/headers" || die 'WebHook-Allowed-Origin is missing'
same 'GET' "$(call bearer -H "$auth")" 405
same 'no such source' "$(call nobody --data-binary @"$body")" 404
same 'another type' "$(call bearer --data-binary @"$body" -H "$auth" -H 'Content-Type: text/xml')" 415
printf '{"id":"D-1","csat":4' >"$body"
same 'half a body' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json")" 400
head -c 100000 /dev/zero | tr '\0' '[' >"$body"
same 'too deep' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json")" 400
jq -nc '[range(3000) | {id: "D-\(.)", csat: 4}]' >"$body"
same 'more than one call may bring' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json")" 413
grep -q 'bearer 413 .*: more than' "$work/serve.log" || die 'why 413 is not said'
grep -q 'D-2999' "$OPINIA_STORE/rejected/bearer.rejected" || die 'what was too much was not kept'
printf '[{"id":"D-2","csat":9},{"id":"D-3","csat":3}]' >"$body"
same 'one good, one not' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json")" 200
same 'it is said' "$(jq -c . "$work/answer")" '{"records":1,"rejected":1}'
grep -q 'csat: 9' "$OPINIA_STORE/rejected/bearer.rejected" || die 'what is no record was not set aside'
printf '[1,null,{"note":"nobody knows me"}]' >"$body"
same 'what no section understands' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json")" 200
same 'it is said too' "$(jq -c . "$work/answer")" '{"records":0,"rejected":3}'
grep -q 'nobody knows me' "$OPINIA_STORE/rejected/bearer.rejected" || die 'what nobody understands went in silence'
same healthz "$(curl -s -m 5 "$url/healthz")" ok

# ---- secrets change; the configuration too -------------------------------------------------------
printf '{"id":"R-1","csat":4}' >"$body"
printf 'New-%s\n%s\n' "$key" "$key" >"$work/bearer.secret"
same 'the old one, beside the new' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json")" 200
same 'the new one' "$(call bearer --data-binary @"$body" -H "Authorization: Bearer New-$key" -H "$json")" 200
printf 'New-%s\n' "$key" >"$work/bearer.secret"
same 'the old one, gone' "$(call bearer --data-binary @"$body" -H "$auth" -H "$json")" 401
chmod 644 "$work/bearer.secret"
same 'a secret that others may read' "$(call bearer --data-binary @"$body" -H "Authorization: Bearer New-$key" -H "$json")" 503
chmod 600 "$work/bearer.secret"
printf '%s\n' "$key" >"$work/bearer.secret"
source_of later generic "$key" 'scheme = bearer'
same 'not yet known' "$(call later --data-binary @"$body" -H "$auth" -H "$json")" 404
kill -HUP "$server"
for _ in $(seq 50); do
	grep -q 'was read again' "$work/serve.log" && break
	sleep 0.1
done
same 'known after SIGHUP' "$(call later --data-binary @"$body" -H "$auth" -H "$json")" 200
# one that comes while the file is being read counts too
mv "$OPINIA_STORE/opinia.conf" "$work/opinia.conf"
mkfifo -m 600 "$OPINIA_STORE/opinia.conf"
kill -HUP "$server"
sleep 0.5
kill -HUP "$server"
sleep 0.5
# shellcheck disable=SC2016
timeout 10 sh -c 'cat "$1" >"$2"' sh "$work/opinia.conf" "$OPINIA_STORE/opinia.conf" || die 'a SIGHUP was lost'
mv "$work/opinia.conf" "$OPINIA_STORE/opinia.conf"

# ---- many at once ---------------------------------------------------------------------------------
python3 tests/e2e/lib/post.py "$port" later "$key" 0 2000 64 "$work/acks" >"$work/statuses"
same 'two thousand' "$(cat "$work/statuses")" 200:2000
same 'each once' "$(opinia query --count source:later)" 2001

# ---- kill -9 in the midst of them -----------------------------------------------------------------
round=0 cut=0
while [ "$round" -lt "${OPINIA_KILL_ROUNDS:-4}" ]; do
	: >"$work/acks"
	python3 tests/e2e/lib/post.py "$port" bearer "$key" $((10000 * (round + 1))) 9000 32 "$work/acks" >/dev/null &
	client=$!
	for _ in $(seq 500); do
		[ "$(wc -l <"$work/acks")" -gt $((200 + round * 700)) ] && break
		sleep 0.02
	done
	kill -9 "$server" 2>/dev/null || :
	wait "$server" 2>/dev/null || :
	wait "$client" || :
	acked=$(sort -u "$work/acks" | wc -l)
	[ "$acked" -lt 9000 ] && [ "$acked" -gt 0 ] && cut=$((cut + 1))
	exits 0 opinia query --limit 0 --format json source:bearer
	jq -r '.comment // empty | capture("dziękuję (?<n>[0-9]+)$") | "P" + .n' "$work/stdout" | sort >"$work/stored"
	same 'twice the same' "$(uniq -d "$work/stored")" ''
	sort -u "$work/acks" | comm -23 - "$work/stored" >"$work/lost"
	[ -s "$work/lost" ] && die "round $round: $(wc -l <"$work/lost") of $acked were acknowledged and are lost"
	exits 0 opinia check
	serve
	round=$((round + 1))
done
[ "$cut" -gt 0 ] || die 'no round was killed in the middle: the test proves nothing'
stop

# ---- what nobody may read ---------------------------------------------------------------------------
cat "$work/serve.log" >>"$work/all.log"
grep -qi 'canary' "$work/all.log" && die 'a secret is in the log'
grep -q "$standard_key" "$work/all.log" && die 'a secret is in the log'
grep -q 'Am așteptat\|40700000' "$work/all.log" && die "a customer's words are in the log"
grep -rqi 'canary-z7' "$OPINIA_STORE/data.mdb" && die 'a secret is in the store'
echo "16 sources, 2000 at once, $cut of $round killed in the middle"
