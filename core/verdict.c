/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c: the names of what verdict.h numbers; they are part of the output formats. */
#include "core/verdict.h"

static const struct sv sentiments[SENTIMENT_COUNT] = {
	SV_INIT("neg"),
	SV_INIT("neu"),
	SV_INIT("pos"),
	SV_INIT("mixed"),
};

static const char *const pii_kinds[PII_KINDS] = { "email", "phone", "iban", "card",
						  "pesel", "cnp",   "nip",  "cui" };

static const struct sv rules[] = {
	SV_INIT("phrase"),     SV_INIT("negation"),	SV_INIT("intensifier"),
	SV_INIT("diminisher"), SV_INIT("contrast"),	SV_INIT("concession"),
	SV_INIT("wish"),       SV_INIT("irony"),	SV_INIT("emoji"),
	SV_INIT("elongation"), SV_INIT("capitals"),	SV_INIT("resolved"),
	SV_INIT("half_exact"), SV_INIT("bare_negator"), SV_INIT("topic_term"),
	SV_INIT("bias"),       SV_INIT("learned"),	SV_INIT("rating"),
	SV_INIT("typo"),
};

struct sv sentiment_text(enum sentiment s)
{
	return (unsigned)s < SENTIMENT_COUNT ? sentiments[s] : SV("?");
}

const char *sentiment_name(enum sentiment s)
{
	return sentiment_text(s).p;
}

bool sentiment_find(struct sv name, enum sentiment *out)
{
	for (int i = 0; i < SENTIMENT_COUNT; i++)
		if (sv_ieq(sentiments[i], name)) {
			*out = (enum sentiment)i;
			return true;
		}
	return false;
}

const char *pii_kind_name(enum pii_kind k)
{
	return (unsigned)k < PII_KINDS ? pii_kinds[k] : "?";
}

struct sv rule_text(enum rule r)
{
	unsigned bit = r ? (unsigned)__builtin_ctz((unsigned)r) : 0;

	if (r && (unsigned)r == 1u << bit && bit < sizeof(rules) / sizeof(rules[0]))
		return rules[bit];
	return SV("word");
}

const char *rule_name(enum rule r)
{
	return rule_text(r).p;
}
