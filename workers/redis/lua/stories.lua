-- Stories: from admission to their end. A lease is a due time in the future with a fencing token.
local stories = {}

-- How many of the due are looked at beyond twice the wanted: those that are passed over are past the cap or failed.
local SPARE = 20
-- How often those that failed are parted from a window of the due, before what is found so far is leased.
local PARTINGS = 5
-- Seconds after which a story that failed before goes first, also where one worker is all there is.
local SUSPECT_WAITS = 300
-- Leased stories that are looked at in one call, at most.
local HELD = 1000
-- On how many hosts feeds are counted at most: enough to know how many workers are wanted.
local HOSTS_COUNTED = 64

-- Looks that may be made in a row, and stories of a host that are to be looked at at most; see pipeline.ledger.
local LOOKS_AT_ONCE = 60
local LOOKS_KEPT = 5000

-- What is let go first of a story that ended: what only tells operators of it. What makes it known, and what another
-- look at its page needs, stays.
local TELLING = {'title', 'url', 'headline', 'uri', 'relation', 'of', 'reason', 'themes', 'basis', 'page_answer',
  'page_refused', 'ms', 'version', 'fetched', 'worker', 'began', 'error', 'looked', 'etag', 'modified', 'urlkey',
  'attempts', 'admitted', 'before'}

-- Earlier versions of an entry whose end is told, at some 20 bytes each; see pipeline.ledger.
local VERSIONS_NOTED = 4
-- Results of pages that are kept of a host, for how many seconds one is looked at where a page was no story's, and of how
-- many hours admissions are counted; see pipeline.ledger.sightings.
local PAGES_KEPT = 40
local DOUBTED_FOR = 86400
local HOURS_KEPT = 360
-- Seconds between two notes that pages go on: each note goes to the disk, and health looks at minutes.
local NOTED_EVERY = 1

-- The name of a story's job.
local function job_key(key) return p .. 'job:' .. key end

-- Find the job where this token still holds it, else nil.
local function find_held(a)
  local token = call('HGET', job_key(a.key), 'token')
  if token and a.token ~= 0 and tonumber(token) == a.token then return job_key(a.key) end
  return nil
end

-- Take a story out of the suspects: those that failed before.
local function clear_suspect(key)
  call('ZREM', p .. 'suspects', key)
  call('ZREM', p .. 'trying', key)
end

-- Make a story due at its stage. One that failed is parted from the others when it is leased.
local function make_due(key, stage, host, due)
  if stage == 'fetch' then
    call('ZADD', p .. 'host:' .. host, due, key)
    order_host(host)
  elseif call('ZADD', p .. 'due', due, key) == 1 then
    clear_suspect(key)
  end
end

-- Take a story out of whatever it is due in.
local function make_undue(key, host)
  if call('ZREM', p .. 'due', key) == 0 then clear_suspect(key) end
  if host and host ~= '' then
    call('ZREM', p .. 'host:' .. host, key)
    call('ZREM', p .. 'looks:' .. host, key)
  end
end

-- Remember a finished story for so many seconds from now, by its key and by its address, if that is still its own.
local function remember(key, urlkey, retention)
  call('EXPIRE', job_key(key), retention)
  local url = urlkey and urlkey ~= '' and p .. 'url:' .. urlkey
  if url and call('GET', url) == key then call('EXPIRE', url, retention) end
end

-- Note that a story ended now, so that its facts can be let go, the oldest first.
local function note_end(key, now) call('RPUSH', p .. 'ended', string.format('%.0f ', now) .. key) end

-- Let go of a story's page and its other large things.
local function drop_page(key) call('UNLINK', p .. 'page:' .. key) end

-- Set a story aside that took its worker down too often. It stays until an operator decides.
local function quarantine(key, stage, host, now)
  local job = job_key(key)
  local why = call('HGET', job, 'error')
  call('HSET', job, 'stage', 'quarantine', 'token', '0', 'from', stage, 'outcome', 'quarantined', 'ended', now,
    'reason', why or 'the worker died while working on it')
  call('PERSIST', job)
  make_undue(key, host)
  call('ZADD', p .. 'quarantine', now, key)
  call('RPUSH', p .. 'aside', key)
  count('outcome.quarantined')
end

-- Hand out a story until the lease runs out: {key, token, attempts, host, admitted, entry, and what looks know}.
local function hand_out(key, attempts, due_set, a)
  local job, token = job_key(key), next_token()
  call('HSET', job, 'token', token, 'holder', a.who)
  call('ZADD', due_set, score(a.now + a.seconds), key)
  local f = call('HMGET', job, 'host', 'admitted', 'entry', 'look', 'earliest', 'vain', 'moved', 'etag', 'modified',
    'digest')
  f[2], f[5] = to_caller(f[2], a.time), to_caller(f[5], a.now)
  local row = {key, token, attempts}
  for i = 1, 10 do row[#row + 1] = f[i] or '' end
  return row
end

-- Lease from a host's due set: fresh stories up to the limit; one that failed before only alone, and past the cap not at
-- all. Rows as of hand_out.
local function lease_due(due_set, stage, a, limit)
  local taken = {}
  for _, key in ipairs(call('ZRANGEBYSCORE', due_set, '-inf', a.now, 'LIMIT', 0, limit * 2 + SPARE)) do
    local job = job_key(key)
    local f = call('HMGET', job, 'attempts', 'host', 'entry')
    if not f[3] then
      call('ZREM', due_set, key)
    else
      local attempts = tonumber(f[1]) or 0
      if attempts >= a.cap then
        quarantine(key, stage, f[2], a.time)
      elseif attempts == 0 or #taken == 0 then
        taken[#taken + 1] = hand_out(key, attempts, due_set, a)
        if attempts > 0 or #taken == limit then break end
      end
    end
  end
  return taken
end

-- Count an attempt, and who makes it.
local function count_attempt(job, a)
  call('HINCRBY', job, 'attempts', 1)
  call('HSET', job, 'worker', a.who, 'began', a.time)
  call('HDEL', job, 'error')
end

-- Whether a host is looked at without a sign of its feed: not where it said no.
local function is_spared(host, at) return tonumber(call('ZSCORE', p .. 'lookless', host) or 0) > tonumber(at) end

-- Plan the next look at a story's page, at once where its date moved meanwhile; without one its entry is let go.
local function plan_look(a, job, host)
  local look, due = a.look, 0
  if host == '' then
    call('HDEL', job, 'entry')
    return
  end
  if tonumber(a.spared) > tonumber(a.now) then
    call('ZREMRANGEBYSCORE', p .. 'lookless', '-inf', a.now)
    call('ZADD', p .. 'lookless', a.spared, host)
  end
  local line = p .. 'looks:' .. host
  call('ZREM', line, a.key)
  if look.why then
    call('HSET', job, 'look', look.why, 'earliest', score(look.earliest), 'vain', look.vain)
    due = look.due
    -- a sign that could not be followed for a fault of the host
    if look.moved then call('HSET', job, 'moved', '1') end
    if call('HGET', job, 'moved') == '1' then
      due = math.max(tonumber(a.now), look.earliest)
    elseif look.why ~= 'missing' and is_spared(host, due) then
      due = 0
    elseif call('ZCARD', line) >= LOOKS_KEPT then
      due = 0
    end
  end
  if due > 0 then call('ZADD', line, score(due), a.key) else call('HDEL', job, 'entry') end
  order_host(host)
end

-- Bring a planned look nearer, as the feed gave a sign.
local function look_sooner(key, host, earliest, now)
  local line, due = p .. 'looks:' .. host, math.max(tonumber(now), tonumber(earliest) or 0)
  local planned = tonumber(call('ZSCORE', line, key))
  if not planned or due < planned then
    call('ZADD', line, score(due), key)
    order_host(host)
  end
end

-- Renew what is known of entries that a feed still shows: the indices (from 0) of those that are new, changed or moved.
function stories.renew_known(a)
  local unknown = {}
  for i, shown in ipairs(a.entries) do
    local key = shown[1]
    local f = call('HMGET', job_key(key), 'print', 'stage', 'urlkey', 'dated', 'look', 'host', 'token', 'earliest')
    if f[1] ~= shown[2] or shown[3] > (tonumber(f[4]) or 0) then
      unknown[#unknown + 1] = i - 1
    elseif f[2] == 'done' then
      -- as long as the feed shows it, it stays known
      remember(key, f[3], a.retention)
      local awaited = f[7] == '0' and (f[5] == 'missing' or f[5] == 'refused')
      if awaited and call('ZSCORE', p .. 'looks:' .. f[6], key) then look_sooner(key, f[6], f[8], a.now) end
    end
  end
  return unknown
end

-- Note that an entry's date moved on: whether its page is to be looked at.
local function note_date(shown, job, entry, a)
  local f = call('HMGET', job, 'stage', 'host', 'dated', 'outcome', 'earliest', 'token')
  local before = tonumber(f[3]) or 0
  if shown.dated <= before then return false end
  call('HSET', job, 'dated', score(shown.dated))
  if before == 0 or (f[2] or '') == '' or f[1] == 'quarantine' or f[4] == 'dropped' then return false end
  call('HSET', job, 'moved', '1', 'entry', entry)
  -- one that ended under an earlier release
  if f[1] == 'done' then call('HSETNX', job, 'look', 'recheck') end
  if f[1] == 'done' and f[6] == '0' then look_sooner(shown.key, f[2], f[5], a.now) end
  return true
end

-- Count admissions by the hour, and note the last one and the longest wait between two.
local function note_flow(many, now)
  if many == 0 then return end
  local flow, hour = p .. 'flow', math.floor(now / 3600)
  if call('HINCRBY', flow, string.format('%.0f', hour), many) == many then
    for _, old in ipairs(call('HKEYS', flow)) do
      if (tonumber(old) or hour) <= hour - HOURS_KEPT then call('HDEL', flow, old) end
    end
  end
  local known = call('HMGET', flow, 'last', 'longest')
  if known[1] and now - known[1] > (tonumber(known[2]) or 0) then
    call('HSET', flow, 'longest', score(now - known[1]))
  end
  call('HSET', flow, 'last', now)
end

-- Note how an entry's version ended before the next one begins: in `before` are the last of them, each with its outcome
-- and when. One that is still open ends here.
local function end_version(job, stage, now)
  local f = call('HMGET', job, 'before', 'outcome', 'ended')
  local outcome, ended = f[2] or '', f[3] or ''
  if stage == 'fetch' or stage == 'process' then
    outcome, ended = 'superseded', tostring(now)
    count('outcome.superseded')
  end
  local before = (f[1] and f[1] .. ';' or '') .. outcome .. ' ' .. (ended:match('^%d+') or '')
  while select(2, before:gsub(';', '')) >= VERSIONS_NOTED do before = before:gsub('^[^;]*;', '', 1) end
  return before
end

-- The quotas of feeds in one call: whether one entry more of a feed is taken in, to be asked before each, and what
-- writes down what is left of them in the end. See pipeline.ledger.Quota.
local function open_quotas(a)
  local left, an_hour = {}, a.quota.an_hour
  local function spend(feed)
    if an_hour == 0 then return true end
    if not left[feed] then
      local kept, at = string.match(call('HGET', p .. 'quota', feed) or '', '^(%S+) (%S+)$')
      left[feed] = an_hour
      if kept then left[feed] = math.min(an_hour, kept + math.max(0, a.now - at) * an_hour / 3600) end
    end
    if left[feed] < 1 then return false end
    left[feed] = left[feed] - 1
    return true
  end
  local function close()
    for feed, rest in pairs(left) do call('HSET', p .. 'quota', feed, score(rest) .. ' ' .. a.now) end
  end
  return spend, close
end

-- Whether so many pages of a host wait that no further one is taken in.
local function is_crowded(host, a)
  return host ~= '' and a.quota.waiting > 0 and call('ZCARD', p .. 'host:' .. host) >= a.quota.waiting
end

-- Admit entries: 'new', 'changed', 'replaced', 'moved', 'known' or 'later' each. "Seen" is never written apart from the story: one call stores the
-- entry and makes it due.
function stories.admit(a, blobs)
  local said, many = {}, 0
  local spend, close = open_quotas(a)
  for i, shown in ipairs(a.shown) do
    local key, host = shown.key, shown.host
    local job = job_key(key)
    local old = call('HMGET', job, 'print', 'stage', 'host', 'urlkey')
    if old[1] == shown.print then
      said[i] = note_date(shown, job, blobs[i + 1], a) and 'moved' or 'known'
      if old[2] == 'done' then remember(key, old[4], a.retention) end
    elseif is_crowded(host, a) or not spend(shown.feed) then
      said[i] = 'later'
      -- its feed shows it: what is known of it stays known
      if old[2] == 'done' then remember(key, old[4], a.retention) end
    else
      if old[1] then
        make_undue(key, old[3])
        if old[2] == 'quarantine' then call('ZREM', p .. 'quarantine', key) end
        if old[4] ~= shown.urlkey then remember(key, old[4], a.retention) end
        local before = end_version(job, old[2], a.time)
        call('DEL', job)
        drop_page(key)
        call('HSET', job, 'before', before)
      end
      local stage = host ~= '' and 'fetch' or 'process'
      call('HSET', job, 'print', shown.print, 'host', host, 'entry', blobs[i + 1], 'stage', stage, 'attempts', '0',
        'token', '0', 'admitted', a.time, 'feed', shown.feed, 'url', shown.url, 'title', shown.title,
        'urlkey', shown.urlkey, 'dated', score(shown.dated))
      if shown.urlkey ~= '' then call('SET', p .. 'url:' .. shown.urlkey, key) end
      -- all past, a microsecond apart, so that they are due in this order
      make_due(key, stage, host, score(a.now - (#a.shown - i) * 1e-6))
      count('admitted')
      local open = old[2] == 'fetch' or old[2] == 'process'
      said[i] = open and 'replaced' or old[1] and 'changed' or 'new'
      many = many + 1
    end
  end
  note_flow(many, tonumber(a.time))
  close()
  return said
end

-- Note entries that are broken, each once: the indices (from 0) of those that were new. What is over its feed's quota is
-- not noted.
function stories.refuse(a)
  local new = {}
  local spend, close = open_quotas(a)
  for i, broken in ipairs(a.broken) do
    local job = job_key(broken.key)
    local known = call('EXISTS', job) == 1
    if not known and spend(broken.feed) then
      call('HSET', job, 'print', '', 'stage', 'done', 'attempts', '0', 'token', '0', 'admitted', a.time,
        'feed', broken.feed, 'title', broken.title, 'outcome', 'broken_entry', 'reason', broken.reason,
        'ended', a.time)
      note_end(broken.key, a.time)
      count('admitted')
      count('outcome.broken_entry')
      new[#new + 1] = i - 1
    end
    call('EXPIRE', job, a.retention)
  end
  close()
  return new
end

-- Part those that failed before from the due: the keys of the first others, up to the limit.
local function part_suspects(a)
  local due, fresh = p .. 'due', {}
  for _ = 1, PARTINGS do
    local parted = 0
    fresh = {}
    for _, key in ipairs(call('ZRANGEBYSCORE', due, '-inf', a.now, 'LIMIT', 0, a.limit * 2 + SPARE)) do
      local f = call('HMGET', job_key(key), 'attempts', 'entry')
      if f[2] and tonumber(f[1]) == 0 and a.cap > 0 then
        if #fresh < a.limit then fresh[#fresh + 1] = key end
      else
        if f[2] then call('ZADD', p .. 'suspects', call('ZSCORE', due, key), key) end
        call('ZREM', due, key)
        parted = parted + 1
      end
    end
    if parted == 0 or #fresh == a.limit then break end
  end
  return fresh
end

-- Set those suspects aside that are past the cap; the first of the others and since when it is due, or nil.
local function find_suspect(a)
  for _, key in ipairs(call('ZRANGEBYSCORE', p .. 'suspects', '-inf', a.now, 'LIMIT', 0, a.limit * 2 + SPARE)) do
    local f = call('HMGET', job_key(key), 'attempts', 'host', 'entry')
    if not f[3] then
      clear_suspect(key)
    elseif tonumber(f[1]) < a.cap then
      return key, tonumber(call('ZSCORE', p .. 'suspects', key))
    else
      quarantine(key, 'process', f[2], a.time)
    end
  end
  return nil
end

-- Lease a suspect: alone, for it may take its worker down.
local function lease_suspect(key, a)
  call('ZADD', p .. 'trying', score(a.now + a.seconds), key)
  return {hand_out(key, tonumber(call('HGET', job_key(key), 'attempts')), p .. 'suspects', a)}
end

-- Lease stories to process. Suspects never take all workers: so many at once, and with none allowed beside the others
-- only where nothing else is due, or where one has waited long.
function stories.lease(a)
  local fresh = part_suspects(a)
  local suspect, since = find_suspect(a)
  if suspect then
    local trying = call('ZCOUNT', p .. 'trying', '(' .. a.now, '+inf')
    local turn = #fresh == 0 or since <= tonumber(a.now) - SUSPECT_WAITS
    if trying < a.suspects or (turn and trying == 0) then return lease_suspect(suspect, a) end
  end
  local taken = {}
  for _, key in ipairs(fresh) do taken[#taken + 1] = hand_out(key, 0, p .. 'due', a) end
  return taken
end

-- Give back what is held in vain, until `seconds` from now at the latest: all that the dead hold, and what waits behind a
-- story that its holder has been at for longer than `patience`. A story that its holder died of has failed, and waits.
-- Who holds stories now.
function stories.release_held(a)
  local dead, busy, held, holders, named = {}, {}, {}, {}, {}
  for _, who in ipairs(a.dead) do dead[who] = true end
  for _, line in ipairs({p .. 'due', p .. 'suspects'}) do
    local last = score(a.now + a.seconds)
    for _, key in ipairs(call('ZRANGEBYSCORE', line, '(' .. a.now, last, 'LIMIT', 0, HELD)) do
      local f = call('HMGET', job_key(key), 'token', 'holder', 'begun', 'began')
      if (f[1] or '0') ~= '0' and (f[2] or '') ~= '' then
        local one = {key = key, who = f[2], begun = f[1] == f[3]}
        held[#held + 1] = one
        if one.begun then busy[one.who] = tonumber(f[4]) end
      end
    end
  end
  for _, one in ipairs(held) do
    local waits = not one.begun and busy[one.who] and a.time - busy[one.who] > tonumber(a.patience)
    if dead[one.who] or waits then
      call('HSET', job_key(one.key), 'token', '0')
      make_due(one.key, 'process', '', score(a.now + (one.begun and a.wait or 0)))
    elseif not named[one.who] then
      named[one.who] = true
      holders[#holders + 1] = one.who
    end
  end
  return holders
end

-- Spend one of a host's looks: after so many in a row they come one by one. A host without spacing has no budget.
local function spend_look(host, a)
  local gap = a.spacing.looks
  if gap <= 0 or not is_spaced(host, a.spacing) then return end
  local idle = tonumber(a.now) - LOOKS_AT_ONCE * gap
  call('ZREMRANGEBYSCORE', p .. 'lookfree', '-inf', score(idle))
  call('ZADD', p .. 'lookfree', score(tonumber(call('ZSCORE', p .. 'lookfree', host) or idle) + gap), host)
end

-- Lease a story that ended, to look at its page: its row, or nil. What took its worker down so often stays as it is.
local function lease_look(host, a)
  local line = p .. 'looks:' .. host
  if tonumber(call('ZSCORE', p .. 'lookfree', host) or 0) > tonumber(a.now) then return nil end
  for _, key in ipairs(call('ZRANGEBYSCORE', line, '-inf', a.now, 'LIMIT', 0, SPARE)) do
    local job = job_key(key)
    local f = call('HMGET', job, 'attempts', 'entry', 'look', 'moved', 'token')
    local attempts = f[5] == '0' and 0 or tonumber(f[1]) or 0
    local unwanted = f[4] ~= '1' and f[3] ~= 'missing' and attempts == 0 and is_spared(host, a.now)
    if not f[2] or attempts >= a.cap or unwanted then
      call('ZREM', line, key)
      if f[2] then
        call('HSET', job, 'token', '0')
        call('HDEL', job, 'entry')
      end
    else
      call('HSET', job, 'attempts', attempts)
      local row = hand_out(key, attempts, line, a)
      spend_look(host, a)
      return row
    end
  end
  return nil
end

-- Take a page: {its host's token, the story's row} or nil. The story of the host that has waited longest is leased, its
-- attempt counted, and the host held. Pages that are wanted come before those that are looked at again.
function stories.take_page(a)
  for _ = 1, PASSED_OVER do
    local host = call('ZRANGEBYSCORE', p .. 'hosts', '-inf', a.now, 'LIMIT', 0, 1)[1]
    if not host then return nil end
    local row = lease_due(p .. 'host:' .. host, 'fetch', a, 1)[1] or lease_look(host, a)
    if row then
      count_attempt(job_key(row[1]), a)
      -- the page that is asked for now is that of the date as it stands
      call('HDEL', job_key(row[1]), 'moved')
      return {hold_host(host, p .. 'paged', a), row}
    end
    order_host(host)
  end
  return nil
end

-- Open a story again that had ended: its page is another by now. It is remembered for as long as it is open.
local function reopen(key, job)
  call('HSET', job, 'before', end_version(job, 'done'))
  call('HDEL', job, 'outcome', 'reason', 'ended')
  call('PERSIST', job)
  local urlkey = call('HGET', job, 'urlkey')
  if urlkey and urlkey ~= '' and call('GET', p .. 'url:' .. urlkey) == key then
    call('PERSIST', p .. 'url:' .. urlkey)
  end
  count('admitted')
  count('look.changed')
end

-- Settle a page: 1, or 0 where the story's lease is lost. The host is given back either way, and what is due there is
-- ordered with it.
function stories.settle_page(a, blobs)
  local job = find_held(a)
  if job then
    local looked = call('HGET', job, 'stage') == 'done'
    local line = (looked and p .. 'looks:' or p .. 'host:') .. a.host
    call('HSET', job, 'token', '0')
    if a.result == 'kept' then
      call('ZREM', line, a.key)
      call('HSET', job, 'etag', a.mark[1], 'modified', a.mark[2], 'digest', a.mark[3])
      call('SET', p .. 'page:' .. a.key, blobs[2])
      call('HSET', job, 'stage', 'process', 'attempts', '0', 'fetched', a.time)
      if looked then reopen(a.key, job) end
      call('ZADD', p .. 'due', a.now, a.key)
    elseif a.result == 'looked' then
      call('HSET', job, 'attempts', '0', 'looked', a.why)
      count('look.' .. a.why)
      plan_look(a, job, a.host)
    elseif a.result == 'later' then
      call('HSET', job, 'error', a.why)
      call('ZADD', line, a.due, a.key)
    else
      call('HINCRBY', job, 'attempts', -1)
      call('ZADD', line, a.now, a.key)
    end
  end
  release_host(a.host, a.hold, a.allowed)
  local noted = tonumber(call('HGET', p .. 'progress', 'page') or 0)
  if math.abs(a.now - noted) >= NOTED_EVERY then call('HSET', p .. 'progress', 'page', a.now) end
  return job and 1 or 0
end

-- Begin the work: 1, or 0 where the lease is lost. The attempt counts before the work.
function stories.begin(a)
  local job = find_held(a)
  if not job then return 0 end
  local ends = score(a.now + a.seconds)
  local f = call('HMGET', job, 'stage', 'host', 'attempts')
  count_attempt(job, a)
  call('HSET', job, 'begun', a.token)
  if f[1] == 'fetch' then
    call('ZADD', p .. 'host:' .. f[2], ends, a.key)
  elseif f[3] == '0' then
    call('ZADD', p .. 'due', ends, a.key)
  else
    call('ZADD', p .. 'suspects', ends, a.key)
    call('ZADD', p .. 'trying', ends, a.key)
  end
  return 1
end

-- Release leases that were not begun: they are due again at once.
function stories.release(a)
  for _, lease in ipairs(a.leases) do
    local job = find_held(lease)
    if job then
      local f = call('HMGET', job, 'stage', 'host')
      call('HSET', job, 'token', '0')
      make_due(lease.key, f[1], f[2], a.now)
    end
  end
end

-- Put a story off: 1, or 0 where the lease is lost. Where nothing failed (an embargo), the attempts are forgotten.
function stories.postpone(a)
  local job = find_held(a)
  if not job then return 0 end
  local f = call('HMGET', job, 'stage', 'host')
  call('HSET', job, 'token', '0', 'error', a.why)
  if not a.failed then call('HSET', job, 'attempts', '0') end
  make_due(a.key, f[1], f[2], a.due)
  return 1
end

-- Count what a feed's story was made of, for all feeds and for this one.
local function count_yields(feed, a)
  if not feed or #a.yields == 0 then return end
  for _, name in ipairs(a.yields) do
    count(name)
    call('HINCRBY', p .. 'yield:' .. feed, name, 1)
  end
  call('EXPIRE', p .. 'yield:' .. feed, a.retention)
end

-- Note what stood at a page of a host: 'page', or what came in its place, with when. A host of which something came in
-- the place of a page is looked at for a day.
local function note_page(host, a)
  if a.came == '' or host == '' then return end
  local line = p .. 'pages:' .. host
  if a.came == 'page' then
    keep_newest(line, a.came, PAGES_KEPT)
  else
    keep_newest(line, a.came .. ' ' .. string.format('%.0f', a.time), PAGES_KEPT)
    call('ZREMRANGEBYSCORE', p .. 'doubted', '-inf', score(a.time - DOUBTED_FOR))
    call('ZADD', p .. 'doubted', a.time, host)
  end
  if call('TTL', line) < a.retention / 2 then call('EXPIRE', line, a.retention) end
end

-- Complete a story, all of it or nothing: 'done', 'stale' where the lease is lost, or what a look-up finds where the
-- relation was computed from anything else. Blobs: probes, what to index, the text to keep, then what the index is to
-- hold of the changed stories, then the records.
function stories.complete(a, blobs)
  local job = find_held(a)
  if not job then return 'stale' end
  if a.related then
    local found = put_known(a, blobs[2], blobs[3])
    if type(found) == 'table' then return found end
  end
  local next_blob = 5
  for _, number in ipairs(a.changed) do
    update_known(number, blobs[next_blob])
    next_blob = next_blob + 1
  end
  for _, type in ipairs(a.events) do
    send_record(type, blobs[next_blob])
    next_blob = next_blob + 1
  end
  keep_text(a, blobs[4])
  for _, gone in ipairs(a.withdrawn) do
    local name = p .. 'withdrawn:' .. gone[1]
    call('HSETNX', name, gone[2], a.key .. ' ' .. a.time)
    call('EXPIRE', name, a.retention)
  end
  count('outcome.' .. a.outcome)
  for _, theme in ipairs(a.themes) do count('theme.' .. theme) end
  count_yields(call('HGET', job, 'feed'), a)
  local set = {'stage', 'done', 'token', '0', 'outcome', a.outcome, 'reason', a.reason, 'ended', a.time}
  -- what is empty would be as large as what is not; who worked on it is of no use once it has ended
  local empty = {'page', 'worker', 'began', 'let_go', 'holder', 'begun'}
  for name, value in pairs(a.facts) do
    if value == '' then
      empty[#empty + 1] = name
    else
      set[#set + 1] = name
      set[#set + 1] = value
    end
  end
  call('HSET', job, unpack(set))
  call('HDEL', job, unpack(empty))
  drop_page(a.key)
  note_end(a.key, a.time)
  local f = call('HMGET', job, 'host', 'urlkey', 'feed')
  make_undue(a.key, f[1])
  note_page(f[1] or '', a)
  plan_look(a, job, f[1] or '')
  remember(a.key, f[2], a.retention)
  if a.note ~= '' and f[3] ~= '' then
    local lines = p .. 'lines:' .. f[3]
    call('LPUSH', lines, a.note)
    call('LTRIM', lines, 0, a.notes_kept - 1)
    call('EXPIRE', lines, a.retention)
  end
  call('HSET', p .. 'progress', 'ending', a.now)
  return 'done'
end

-- Start a story again that was set aside: 1, or 0 where it is not in quarantine.
function stories.retry(a)
  local job = job_key(a.key)
  if call('ZREM', p .. 'quarantine', a.key) == 0 then return 0 end
  local f = call('HMGET', job, 'from', 'host')
  call('HSET', job, 'stage', f[1], 'attempts', '0', 'token', '0')
  call('HDEL', job, 'outcome', 'reason', 'ended')
  make_due(a.key, f[1], f[2], a.now)
  count('outcome.quarantined', -1)
  return 1
end

-- End a story as dropped that was set aside: 1, or 0 where it is not in quarantine.
function stories.drop(a)
  local job = job_key(a.key)
  if call('ZREM', p .. 'quarantine', a.key) == 0 then return 0 end
  call('HSET', job, 'stage', 'done', 'outcome', 'dropped', 'ended', a.time)
  call('HDEL', job, 'page', 'entry')
  drop_page(a.key)
  note_end(a.key, a.time)
  remember(a.key, call('HGET', job, 'urlkey'), a.retention)
  count('outcome.quarantined', -1)
  count('outcome.dropped')
  return 1
end

-- Note that something that should happen again and again happened now: {Redis's clock, the ledger's moment}.
function stories.pulse(a)
  call('HSET', p .. 'progress', a.name, a.now)
  if a.reckoned then call('HSET', p .. 'clock', 'seen', a.now) end
  return {a.time, a.now}
end

-- Note a step of a clock that a worker found, unless one was noted since that moment of the ledger: it is the same.
function stories.note_step(a)
  if tonumber(call('HGET', p .. 'clock', 'noted') or 0) < tonumber(a.since) then note_step(a.seconds, a.where) end
end

-- Let go of the facts of the stories that ended longest ago, before a.before and a.limit at most: how many were let go.
-- They stay known for as long as ever, so nothing is admitted twice for it.
function stories.let_go(a)
  -- by Redis's clock, as the ends are
  local gone, before = 0, a.before - a.now + a.time
  for _ = 1, a.limit do
    local first = call('LINDEX', p .. 'ended', 0)
    if not first then break end
    local ended, key = string.match(first, '^(%d+) (.*)$')
    if tonumber(ended) > before then break end
    call('LPOP', p .. 'ended')
    local job = job_key(key)
    local f = call('HMGET', job, 'stage', 'ended', 'urlkey', 'look', 'host')
    -- one that is open again, or ended once more, stands further behind as well
    if f[1] == 'done' and tonumber(f[2] or 0) < tonumber(ended) + 1 then
      local url = f[3] and f[3] ~= '' and p .. 'url:' .. f[3]
      if url and call('GET', url) == key then call('UNLINK', url) end
      call('HDEL', job, unpack(TELLING))
      local planned = f[5] and call('ZSCORE', p .. 'looks:' .. f[5], key)
      if f[4] == 'recheck' and not planned then call('HDEL', job, 'look', 'earliest', 'vain') end
      call('HSET', job, 'let_go', string.format('%.0f', a.time))
      gone = gone + 1
    end
  end
  return gone
end

-- Note whether polling pauses: what is to be told ('paused' at first and then each a.every seconds, 'resumed' once, or
-- nothing), and for how many seconds it has paused.
function stories.note_pause(a)
  local pausing = p .. 'pausing'
  local f = call('HMGET', pausing, 'since', 'told')
  local seconds = score(f[1] and math.max(0, a.now - f[1]) or 0)
  if not a.pauses then
    call('DEL', pausing)
    return {f[1] and 'resumed' or '', seconds}
  end
  -- a clock that stepped back must not silence it
  if f[2] and math.abs(a.now - f[2]) < a.every then return {'', seconds} end
  call('HSET', pausing, 'since', f[1] or a.now, 'told', a.now)
  return {'paused', seconds}
end

-- Count what is due: feeds, hosts, stories, then sink, waiting ...
function stories.count_waiting(a)
  local function count_due(name) return call('ZCOUNT', name, '-inf', a.now) end
  local feeds = 0
  for _, host in ipairs(call('ZRANGEBYSCORE', p .. 'feedhosts', '-inf', a.now, 'LIMIT', 0, HOSTS_COUNTED)) do
    feeds = feeds + count_due(p .. 'feeds:' .. host)
  end
  local said = {feeds, count_due(p .. 'hosts'), count_due(p .. 'due') + count_due(p .. 'suspects')}
  for _, sink in ipairs(call('ZRANGEBYSCORE', p .. 'sinks', '-inf', a.now)) do
    said[#said + 1] = sink
    said[#said + 1] = count_backlog(sink)
  end
  return said
end

-- Measure everything: the ledger's moment and how far it is ahead, the last step; sizes, the first due of stories and
-- hosts, planned looks, then sink, backlog ...
function stories.measure(a)
  local fetch, looks = 0, 0
  for _, host in ipairs(call('ZRANGE', p .. 'hosts', 0, -1)) do
    fetch = fetch + call('ZCARD', p .. 'host:' .. host)
    looks = looks + call('ZCARD', p .. 'looks:' .. host)
  end
  local story = call('ZRANGE', p .. 'due', 0, 0, 'WITHSCORES')[2]
  local host = call('ZRANGE', p .. 'hosts', 0, 0, 'WITHSCORES')[2]
  local process = call('ZCARD', p .. 'due') + call('ZCARD', p .. 'suspects')
  local clock = call('HMGET', p .. 'clock', 'ahead', 'when', 'seconds')
  local said = {a.now, clock[1] or '0', clock[2] or '0', clock[3] or '0', fetch, process,
    call('ZCARD', p .. 'quarantine'), call('ZCARD', p .. 'feeds'), call('XLEN', p .. 'outbox'), story or '', host or '',
    looks}
  for _, part in ipairs(outbox.count_backlogs()) do said[#said + 1] = part end
  return said
end

-- Since when feeds, pages, stories and records have waited: name, when ... A record has waited since it was written.
function stories.first_due(a)
  local ahead = tonumber(call('HGET', p .. 'clock', 'ahead') or 0)
  local function first(queue)
    local due = call('ZRANGE', queue, 0, 0, 'WITHSCORES')[2]
    return due and move(due, -ahead) or ''
  end
  local fresh, suspect = first(p .. 'due'), first(p .. 'suspects')
  if suspect ~= '' and (fresh == '' or tonumber(suspect) < tonumber(fresh)) then fresh = suspect end
  local said = {'poll', first(p .. 'feedhosts'), 'page', first(p .. 'hosts'), 'process', fresh}
  for _, sink in ipairs(call('ZRANGE', p .. 'sinks', 0, -1)) do
    said[#said + 1] = 'sink.' .. sink
    said[#said + 1] = first_waiting(sink)
  end
  return said
end
