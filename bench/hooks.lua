-- hooks.lua: what wrk posts to `opinia serve`: one answer a call, each with an id of its own.
local at = 0
local threads = 0

function setup(thread)
	thread:set("me", threads)
	threads = threads + 1
end

function init(args)
	secret = args[1]
	headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. secret }
end

function request()
	at = at + 1
	local body = string.format('{"id":"W%d-%d","csat":%d,"comment":"Curierul a întârziat două zile, dar coletul e bun %d"}',
		me, at, 1 + at % 5, at)
	return wrk.format("POST", nil, headers, body)
end
