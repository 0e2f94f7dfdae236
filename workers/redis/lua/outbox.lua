-- The outbox: one stream of records, one consumer group a sink, each with a place of its own.
-- Beside it the record that last told each story, to classify it again.
local outbox = {}

-- Kept records that are let go with each that comes, at most: more than come, and never many at once.
local TEXTS_AT_ONCE = 20
-- Values that one `unpack` lays on Lua's stack, which holds some 8,000.
local UNPACKED = 1000

-- Put a record into the outbox, and count it.
local function send_record(type, record)
  call('XADD', p .. 'outbox', '*', 'r', record)
  call('INCR', p .. 'written')
  count('event.' .. type)
end

-- What a sink has not acknowledged: all that was written since its place began, less what it acknowledged.
local function count_backlog(sink)
  local written = tonumber(call('GET', p .. 'written') or '0')
  local begun = tonumber(call('HGET', p .. 'begun', sink) or '0')
  return written - begun - tonumber(call('HGET', p .. 'taken', sink) or '0')
end

-- When the first record was written that a sink has not acknowledged, '' where there is none.
local function first_waiting(sink)
  if count_backlog(sink) <= 0 then return '' end
  local id = call('XPENDING', p .. 'outbox', sink)[2]
  if not id then
    local last = '0-0'
    for _, group in ipairs(call('XINFO', 'GROUPS', p .. 'outbox')) do
      local named = {}
      for i = 1, #group, 2 do named[group[i]] = group[i + 1] end
      if named['name'] == sink then last = named['last-delivered-id'] end
    end
    local item = call('XRANGE', p .. 'outbox', '(' .. last, '+', 'COUNT', 1)[1]
    id = item and item[1]
  end
  return id and score(tonumber(id:match('^(%d+)')) / 1000) or ''
end

-- Let go of kept records: of these stories ("URI BYTES" each), and count what they took.
local function forget_texts(members)
  for _, member in ipairs(members) do
    local uri, size = string.match(member, '^(%S+) ?(%d*)$')
    local text = p .. 'text:' .. uri
    -- where its time was up, another record of the story may stand in its place
    if size == '' or call('HSTRLEN', text, 'record') == tonumber(size) then call('UNLINK', text) end
    call('ZREM', p .. 'texts', member)
    if size ~= '' then call('DECRBY', p .. 'textbytes', size) end
  end
end

-- Let go of the record that is kept of one story.
local function forget_text(uri)
  local member = string.format('%s %.0f', uri, call('HSTRLEN', p .. 'text:' .. uri, 'record'))
  -- an earlier release wrote the story alone
  if not call('ZSCORE', p .. 'texts', member) then member = uri end
  if call('ZSCORE', p .. 'texts', member) then forget_texts({member}) end
end

-- Whether a later version of the story is kept.
local function is_later_kept(uri, version)
  return tonumber(call('HGET', p .. 'text:' .. uri, 'version') or '0') > version
end

-- Keep the record that tells a story, unless a later version is kept; keep none of a withdrawn story. What is older than
-- a.keep goes, and past a.keep_bytes the oldest.
local function keep_text(a, text)
  local uri, version = a.told[1], a.told[2]
  local texts = p .. 'texts'
  if uri and not is_later_kept(uri, version) then
    local name = p .. 'text:' .. uri
    forget_text(uri)
    call('HSET', name, 'version', version, 'turn', '0', 'record', text)
    call('EXPIRE', name, a.keep)
    call('ZADD', texts, a.time, string.format('%s %d', uri, #text))
    call('INCRBY', p .. 'textbytes', #text)
  end
  for _, gone in ipairs(a.withdrawn) do
    if not is_later_kept(gone[1], gone[2]) then forget_text(gone[1]) end
  end
  forget_texts(call('ZRANGEBYSCORE', texts, '-inf', score(a.time - a.keep), 'LIMIT', 0, TEXTS_AT_ONCE))
  for _ = 1, TEXTS_AT_ONCE do
    if tonumber(call('GET', p .. 'textbytes') or '0') <= a.keep_bytes then break end
    local oldest = call('ZRANGE', texts, 0, 0)
    if #oldest == 0 then break end
    forget_texts(oldest)
  end
end

-- Give each sink a consumer group. A sink no longer named loses its place, or nothing would ever be trimmed.
function outbox.attach(a)
  local wanted = {}
  for _, sink in ipairs(a.sinks) do
    wanted[sink] = true
    if call('ZADD', p .. 'sinks', 'NX', '0', sink) == 1 then
      call('XGROUP', 'CREATE', p .. 'outbox', sink, '0', 'MKSTREAM')
      local written = tonumber(call('GET', p .. 'written') or '0')
      call('HSET', p .. 'begun', sink, written - call('XLEN', p .. 'outbox'))
      call('HSET', p .. 'taken', sink, 0)
    end
  end
  for _, sink in ipairs(call('ZRANGE', p .. 'sinks', 0, -1)) do
    if not wanted[sink] then
      call('ZREM', p .. 'sinks', sink)
      call('HDEL', p .. 'resting', sink)
      call('XGROUP', 'DESTROY', p .. 'outbox', sink)
    end
  end
end

-- Read a sink's next batch: {token, {id, record} ...} or nil. What was read and not acknowledged comes first.
function outbox.read(a)
  local due = call('ZSCORE', p .. 'sinks', a.sink)
  if not due or tonumber(due) > tonumber(a.now) then return nil end
  local items = {}
  for _, from in ipairs({'0', '>'}) do
    if #items < a.limit then
      local got = call('XREADGROUP', 'GROUP', a.sink, 'wiredesk', 'COUNT', a.limit - #items,
        'STREAMS', p .. 'outbox', from)
      for _, item in ipairs(got and got[1] and got[1][2] or {}) do items[#items + 1] = item end
    end
  end
  if #items == 0 then return nil end
  local token = next_token()
  call('ZADD', p .. 'sinks', score(a.now + a.seconds), a.sink)
  call('HSET', p .. 'sinktoken', a.sink, token)
  local said = {token}
  for _, item in ipairs(items) do said[#said + 1] = {item[1], item[2] and item[2][2] or ''} end
  return said
end

-- Whether this token still holds the sink; if so, it holds it no more.
local function release_sink(a)
  if tonumber(call('HGET', p .. 'sinktoken', a.sink)) ~= a.token then return false end
  call('HSET', p .. 'sinktoken', a.sink, '0')
  return true
end

-- Note that a batch is with its sink: 1, or 0 where the lease is lost.
function outbox.acknowledge(a)
  if not release_sink(a) then return 0 end
  local acknowledged = 0
  for first = 1, #a.ids, UNPACKED do
    local last = math.min(first + UNPACKED - 1, #a.ids)
    acknowledged = acknowledged + call('XACK', p .. 'outbox', a.sink, unpack(a.ids, first, last))
  end
  call('HINCRBY', p .. 'taken', a.sink, acknowledged)
  call('HDEL', p .. 'resting', a.sink)
  call('ZADD', p .. 'sinks', '0', a.sink)
  call('HINCRBY', p .. 'delivered', a.sink, acknowledged)
  call('HSET', p .. 'progress', 'sink.' .. a.sink, a.now)
  return 1
end

-- Let a sink rest that failed: its batch stays with it, to be tried again.
function outbox.rest(a)
  if not release_sink(a) then return 0 end
  call('HSET', p .. 'resting', a.sink, a.why)
  call('ZADD', p .. 'sinks', a.due, a.sink)
  return 1
end

-- Drop the records below what every group has acknowledged; how many.
function outbox.trim()
  if call('EXISTS', p .. 'outbox') == 0 then return 0 end
  local floor, floor_ms, floor_seq
  for _, group in ipairs(call('XINFO', 'GROUPS', p .. 'outbox')) do
    local named = {}
    for i = 1, #group, 2 do named[group[i]] = group[i + 1] end
    local pending = named['pending'] > 0
    -- the first that is with the sink and not acknowledged, or the first that was not read yet
    local id = pending and call('XPENDING', p .. 'outbox', named['name'])[2] or named['last-delivered-id']
    local ms, seq = id:match('^(%d+)-(%d+)$')
    ms, seq = tonumber(ms), tonumber(seq) + (pending and 0 or 1)
    if not floor or ms < floor_ms or (ms == floor_ms and seq < floor_seq) then
      floor_ms, floor_seq = ms, seq
      floor = string.format('%.0f-%.0f', ms, seq)
    end
  end
  if not floor then return 0 end
  return call('XTRIM', p .. 'outbox', 'MINID', floor)
end

-- Count what each sink has not acknowledged: sink, backlog ...
function outbox.count_backlogs()
  local said = {}
  for _, sink in ipairs(call('ZRANGE', p .. 'sinks', 0, -1)) do
    said[#said + 1] = sink
    said[#said + 1] = count_backlog(sink)
  end
  return said
end

-- Put a record with other themes in the place of the kept one: 1, or 0 where another version or turn stands there.
function outbox.reclassify(a, blobs)
  local text = p .. 'text:' .. a.uri
  local stands = call('HMGET', text, 'version', 'turn')
  if tonumber(stands[1]) ~= a.version or tonumber(stands[2]) ~= a.turn - 1 then return 0 end
  local size, kept = call('HSTRLEN', text, 'record'), p .. 'texts'
  local member = string.format('%s %.0f', a.uri, size)
  local delivered = call('ZSCORE', kept, member)
  call('HSET', text, 'turn', a.turn, 'record', blobs[2])
  if delivered then
    call('ZREM', kept, member)
    call('ZADD', kept, delivered, string.format('%s %d', a.uri, #blobs[2]))
    call('INCRBY', p .. 'textbytes', #blobs[2] - size)
  end
  send_record(a.type, blobs[3])
  return 1
end
