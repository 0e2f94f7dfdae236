-- What every library begins with.
--
-- A call comes as ARGV[1]: one JSON map of its arguments by name, with `prefix` and `call`; workers/redis/calls.py
-- says what each takes. What is large (pages, records, entries, sketches) follows as it is, from ARGV[2] on, because
-- a copy through an encoder costs more than the rest of the call. A library is a table of transitions
-- `function stories.begin(a, blobs)`: `a` is that map and `blobs` is ARGV, so the first blob is blobs[2].
-- As Redis Functions, from Redis 7 on, the same tables would be registered in one line:
--   for name, transition in pairs(stories) do redis.register_function(name, enter(transition)) end
--
-- Times are epoch seconds as decimal strings: a number that Lua prints itself would lose digits.
--
-- There are two clocks. `a.now` is the ledger's moment: whatever is due, held or compared counts by it. `a.time` is
-- Redis's own clock, for what people read. They are one until that clock goes back. The ledger's moment never does: it
-- is `ahead` from then on, so that nothing waits for the time that passes twice.
-- `a.reckoned` says which moment it was by the caller's clock. Each moment that the call brings (`a.moments`) is moved
-- by the difference, so that only durations count of a caller's clock. Without it (one process, tests) the moments
-- that a call brings are the ledger's own.
local call = redis.call
local a = cjson.decode(ARGV[1])
local p = a.prefix

-- A fencing token: greater than any that was given before.
local function next_token() return call('INCR', p .. 'token') end

-- Count something for operators.
local function count(name, by) call('HINCRBY', p .. 'counts', name, by or 1) end

-- Write a number as a score that loses nothing.
local function score(x) return string.format('%.17g', x) end

-- Put a word in front of a list of the newest ones; it is cut only now and then, since each write goes to the disk.
local function keep_newest(list, word, most)
  if call('LPUSH', list, word) > most + 10 then call('LTRIM', list, 0, most - 1) end
end

-- When a paused feed is due: the end of the year 9999.
local NEVER = '253402300799'
-- Seconds by which Redis's clock must be back to be a step: what is less delays what is due by as much, once.
local STEP = 2
-- Steps that wait to be told at most, where nobody asks.
local STEPS_KEPT = 100

-- Note a step of a clock, by so many seconds (below 0: back), for status and for the log.
local function note_step(seconds, where)
  call('HSET', p .. 'clock', 'noted', a.now, 'when', a.time, 'seconds', score(seconds))
  call('RPUSH', p .. 'steps', a.time .. ' ' .. score(seconds) .. ' ' .. where)
  call('LTRIM', p .. 'steps', -STEPS_KEPT, -1)
end

-- Move a moment between a caller's clock and the ledger's; 0 (none) and NEVER are no moments.
local function move(moment, seconds)
  local at = tonumber(moment)
  if not at or at == 0 or at >= tonumber(NEVER) then return moment end
  return type(moment) == 'string' and score(at + seconds) or at + seconds
end

-- Set `a.now` and `a.time`, and move the moments of the call. Redis's clock went back where the ledger has seen a later
-- moment: the ledger goes on from that one.
local function tell_time()
  if not a.reckoned then
    a.time = a.now
    return
  end
  local t, known = call('TIME'), call('HMGET', p .. 'clock', 'seen', 'ahead')
  local time, seen, ahead = t[1] + t[2] / 1e6, tonumber(known[1]) or 0, tonumber(known[2]) or 0
  local back = seen - time - ahead
  a.time = string.format('%.6f', time)
  a.now = ahead == 0 and a.time or string.format('%.6f', time + ahead)
  if back > STEP then
    a.now = string.format('%.6f', seen)
    call('HSET', p .. 'clock', 'ahead', score(seen - time))
    note_step(-back, 'redis')
    -- Redis lets keys live by its clock: this one would keep hints from its sink for as long as the step
    for _, sink in ipairs(call('ZRANGE', p .. 'sinks', 0, -1)) do call('DEL', p .. 'hinted:' .. sink) end
  end
  if not a.moments then return end
  for part, names in pairs(a.moments) do
    local map = part == '' and a or a[part]
    for _, name in ipairs(names) do map[name] = move(map[name], a.now - a.reckoned) end
  end
end
tell_time()

-- A moment of the ledger, or of Redis's clock, as the caller's clock would have told it.
local function to_caller(moment, from)
  if not a.reckoned or not moment then return moment end
  return move(moment, a.reckoned - from)
end
