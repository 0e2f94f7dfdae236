-- ARGV: prefix -> how many records were dropped: those below what every group has acknowledged.
local function parts(id)
  local ms, seq = id:match('^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
if redis.call('EXISTS', p .. 'outbox') == 0 then return 0 end
local floor, floor_ms, floor_seq
for _, group in ipairs(redis.call('XINFO', 'GROUPS', p .. 'outbox')) do
  local g = {}
  for i = 1, #group, 2 do g[group[i]] = group[i + 1] end
  local ms, seq
  if g['pending'] > 0 then
    ms, seq = parts(redis.call('XPENDING', p .. 'outbox', g['name'])[2])
  else
    ms, seq = parts(g['last-delivered-id'])
    seq = seq + 1
  end
  if not floor or ms < floor_ms or (ms == floor_ms and seq < floor_seq) then
    floor_ms, floor_seq = ms, seq
    floor = string.format('%.0f-%.0f', ms, seq)
  end
end
if not floor then return 0 end
return redis.call('XTRIM', p .. 'outbox', 'MINID', floor)
