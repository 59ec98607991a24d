/**
 * What the compiler must know, and what it must refuse: checked when this file is compiled. A line that should fail and
 * does not is an error there; the tests here only run what was compiled.
 */
import { expect } from 'chai';
import type {
  AllWindowedStream,
  AsyncFunction,
  Collector,
  ConnectedStreams,
  DataStream,
  GlobalWindow,
  KeyedStream,
  SingleOutputStreamOperator,
  Sink,
  StreamExecutionEnvironment,
  TimeWindow,
  WindowedStream,
} from '../../src/index.js';
import {
  AsyncDataStream,
  AsyncRetryStrategies,
  DeltaEvictor,
  EventTimeSessionWindows,
  GlobalWindows,
  mapState,
  OutputTag,
  ProcessingTimeSessionWindows,
  SlidingEventTimeWindows,
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
  WatermarkStrategy,
} from '../../src/index.js';
import { recordingEnvironment } from '../helpers/recording-environment.js';

interface Flight {
  readonly origin: string;
  readonly date: number;
  readonly delay: number;
}

/** True if the types are the same, neither wider nor narrower. */
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
function same<A, B>(_proof: Same<A, B>): void {}
type RecordOf<S> = S extends DataStream<infer T, infer _TIME> ? T : never;
type TimeOf<S> = S extends DataStream<infer _T, infer TIME> ? TIME : never;

function streams(env: StreamExecutionEnvironment) {
  const table = env.fromData<Flight>([]);
  const flights = table.assignTimestampsAndWatermarks(
    WatermarkStrategy.forBoundedOutOfOrderness('6 h').withTimestampAssigner((flight) => flight.date),
  );
  return { env, table, flights, byOrigin: flights.keyBy((flight) => flight.origin) };
}

const built = () => streams(recordingEnvironment().env);

describe('types of streams', () => {
  it('flow from source to sink without annotations', () => {
    const { flights, byOrigin, env } = built();
    const delays = flights.map((flight) => ({ at: flight.origin, minutes: flight.delay }));
    same<RecordOf<typeof delays>, { at: string; minutes: number }>(true);
    const words = env.fromData('a b').flatMap((line) => line.split(' '));
    same<RecordOf<typeof words>, string>(true);
    const late = env.fromData([1, 'x', null]).filter((value) => typeof value === 'string');
    same<RecordOf<typeof late>, string>(true);
    const keys = byOrigin.process((flight, context) => [[context.currentKey, flight.delay] as const]);
    same<RecordOf<typeof keys>, readonly [string, number]>(true);
    const counts = byOrigin.window(TumblingEventTimeWindows.of('1 h')).aggregate(
      {
        createAccumulator: () => ({ flights: 0, delay: 0 }),
        add: (flight, sum) => ({ flights: sum.flights + 1, delay: sum.delay + flight.delay }),
        getResult: (sum) => ({ flights: sum.flights, mean: sum.delay / sum.flights }),
      },
      (origin, { window }, [result]) => (result === undefined ? [] : [{ origin, hour: window.start, ...result }]),
    );
    same<RecordOf<typeof counts>, { flights: number; mean: number; origin: string; hour: number }>(true);
    const sink: Sink<{ readonly origin: string }> = {
      description: 'Origins()',
      createWriter: () => ({ write: () => undefined, flush: () => undefined, close: () => undefined }),
    };
    counts.sinkTo(sink);
    expect(counts.transformation.type).to.equal('operator');
  });

  it('know what asynchronous functions answer with', () => {
    const { flights, table } = built();
    const named = AsyncDataStream.unorderedWait(flights, async ({ origin }) => [{ name: `${origin}!` }], '1 s');
    same<typeof named, SingleOutputStreamOperator<{ name: string }, 'event-time'>>(true);
    const lookUp: AsyncFunction<Flight, number> = {
      asyncInvoke: (flight, future) => future.complete([flight.delay]),
    };
    const delays = AsyncDataStream.orderedWaitWithRetry(
      table,
      lookUp,
      '1 s',
      new AsyncRetryStrategies.FixedDelayRetryStrategyBuilder<number>(3, '1 s')
        .ifResult((results) => results.every((delay) => delay > 0))
        .build(),
    );
    same<typeof delays, SingleOutputStreamOperator<number, 'no-time'>>(true);
    // @ts-expect-error results come as an array
    AsyncDataStream.orderedWait(flights, async ({ origin }) => origin, '1 s');
    // @ts-expect-error an asynchronous function answers with a promise
    AsyncDataStream.orderedWait(flights, ({ origin }) => [origin], '1 s');
    // @ts-expect-error a function of a stream must not return a promise
    flights.map(async ({ origin }) => origin);
    expect(named.transformation.type).to.equal('operator');
  });

  it('know the key: of primitives, of tuples, and of both connected streams', () => {
    const { flights, byOrigin } = built();
    const byTwo = flights.keyBy((flight) => [flight.origin, flight.delay]);
    same<typeof byTwo, KeyedStream<Flight, readonly [string, number], 'event-time'>>(true);
    byTwo.process((_flight, { currentKey: [origin, delay] }) => [origin.length + delay]);
    byOrigin.connect(byOrigin).process({
      processElement1(flight, context, out: Collector<string>) {
        out.collect(context.currentKey + flight.delay);
      },
      processElement2: () => undefined,
    });
    // @ts-expect-error an object is no key
    flights.keyBy((flight) => ({ origin: flight.origin }));
    // @ts-expect-error a key must be there
    flights.keyBy((flight): string | undefined => flight.origin);
    // @ts-expect-error keys of different types share no state
    byOrigin.connect(flights.keyBy((flight) => flight.delay));
    const origin = (flight: Flight) => flight.origin;
    const delay = (flight: Flight) => flight.delay;
    // @ts-expect-error keys of different types share no state
    flights.connect(flights).keyBy(origin, delay);
    expect(byTwo.transformation.type).to.equal('partition');
  });

  it('know whether there is event time', () => {
    const { env, table, flights } = built();
    same<TimeOf<typeof table>, 'no-time'>(true);
    same<TimeOf<typeof flights>, 'event-time'>(true);
    const mapped = flights.keyBy((flight) => flight.origin).map((flight) => flight.delay);
    same<TimeOf<typeof mapped>, 'event-time'>(true);
    const union = flights.union(table);
    same<TimeOf<typeof union>, 'event-time' | 'no-time'>(true);
    const none = flights.assignTimestampsAndWatermarks(WatermarkStrategy.noWatermarks());
    same<TimeOf<typeof none>, 'no-time'>(true);
    const joined = flights.connect(env.fromData('a').broadcast(mapState<string, string>('names'))).process({
      processElement: () => undefined,
      processBroadcastElement: () => undefined,
    });
    same<TimeOf<typeof joined>, 'event-time'>(true);
    const connected = flights.connect(table);
    same<typeof connected, ConnectedStreams<Flight, Flight, 'event-time' | 'no-time'>>(true);

    const byOrigin = table.keyBy((flight) => flight.origin);
    byOrigin.window(TumblingProcessingTimeWindows.of('1 h'));
    byOrigin.window(ProcessingTimeSessionWindows.withGap('1 h'));
    byOrigin.window(GlobalWindows.create());
    table.windowAll(TumblingProcessingTimeWindows.of('1 h'));
    // @ts-expect-error no event time
    byOrigin.window(SlidingEventTimeWindows.of('1 h', '1 min'));
    // @ts-expect-error no event time
    byOrigin.window(EventTimeSessionWindows.withDynamicGap((flight: Flight) => flight.delay));
    // @ts-expect-error no event time
    table.windowAll(TumblingEventTimeWindows.of('1 h'));
    // @ts-expect-error not all of it has event time
    union.windowAll(TumblingEventTimeWindows.of('1 h'));
    expect(union.transformation.type).to.equal('union');
  });

  it('know the kind of window', () => {
    const { flights, byOrigin } = built();
    const perHour = byOrigin.window(TumblingEventTimeWindows.of('1 h'));
    same<typeof perHour, WindowedStream<Flight, string, TimeWindow, 'event-time'>>(true);
    const counted = byOrigin.countWindow(3);
    same<typeof counted, WindowedStream<Flight, string, GlobalWindow, 'event-time'>>(true);
    const sliding = byOrigin.countWindow(3, 1).evictor(DeltaEvictor.of(5, (a: Flight, b: Flight) => b.delay - a.delay));
    same<typeof sliding, WindowedStream<Flight, string, GlobalWindow, 'event-time'>>(true);
    // @ts-expect-error an evictor for records of another type
    counted.evictor(DeltaEvictor.of(5, (a: string, b: string) => b.length - a.length));
    const all = flights.windowAll(EventTimeSessionWindows.withGap('1 h'));
    same<typeof all, AllWindowedStream<Flight, TimeWindow, 'event-time'>>(true);
    // @ts-expect-error the one window of everything has no start
    counted.process((_key, { window }) => [window.start]);
    // @ts-expect-error not a unit of time
    expect(() => TumblingEventTimeWindows.of('1 parsec')).to.throw('1 parsec');
    expect(perHour).to.be.an('object');
  });

  it('let a stream of a narrower type stand for one of a wider type, not the other way round', () => {
    const { flights, byOrigin, table } = built();
    const places: DataStream<{ readonly origin: string }> = flights;
    const keyed: KeyedStream<{ readonly origin: string }, string> = byOrigin;
    // @ts-expect-error a place is no flight
    const back: DataStream<Flight> = places;
    // @ts-expect-error a stream without event time cannot stand for one with it
    const timed: DataStream<Flight, 'event-time'> = table;
    const both = flights.map((flight) => flight.origin).union(flights.map((flight) => flight.delay));
    same<RecordOf<typeof both>, string | number>(true);
    expect([places, keyed, back, timed]).to.have.length(4);
  });
});

describe('types of joins', () => {
  interface Airport {
    readonly code: string;
    readonly city: string;
  }
  const both = () => {
    const { env, flights, table } = built();
    const airports = env
      .fromData<Airport>([])
      .assignTimestampsAndWatermarks(
        WatermarkStrategy.forMonotonousTimestamps<Airport>().withTimestampAssigner(() => 0),
      );
    return { flights, table, airports };
  };

  it('flow from both streams to the result', () => {
    const { flights, airports } = both();
    const atOrigin = flights
      .join(airports)
      .where((flight) => flight.origin)
      .equalTo((airport) => airport.code)
      .window(TumblingEventTimeWindows.of('1 h'));
    const cities = atOrigin.apply((flight, airport) => ({ city: airport.city, delay: flight.delay }));
    same<RecordOf<typeof cities>, { city: string; delay: number }>(true);
    same<TimeOf<typeof cities>, 'event-time'>(true);
    const byObject = atOrigin.apply({ join: (flight, airport) => `${flight.delay} ${airport.city}` });
    same<RecordOf<typeof byObject>, string>(true);
    const flat = atOrigin.apply((flight, airport, out: Collector<string>) => {
      for (let i = 0; i < flight.delay; i++) out.collect(airport.city);
    });
    same<RecordOf<typeof flat>, string>(true);
    const groups = flights
      .coGroup(airports)
      .where((flight) => flight.origin)
      .equalTo((airport) => airport.code)
      .window(EventTimeSessionWindows.withGap('1 h'))
      .apply((some, others) => others.map(({ city }) => [city, some.length] as const));
    same<RecordOf<typeof groups>, readonly [string, number]>(true);
    const byTwo = flights
      .join(airports)
      .where((flight) => [flight.origin, flight.delay])
      .equalTo((airport) => [airport.code, airport.city.length]);
    expect([cities, byObject, flat, groups, byTwo]).to.have.length(5);
  });

  it('demand keys of one type, windows, and event time on both sides', () => {
    const { flights, table, airports } = both();
    const where = flights.join(airports).where((flight) => flight.origin);
    const city = (airport: Airport) => airport.city;
    const letters = (airport: Airport) => airport.code.length;
    // @ts-expect-error keys of different types never meet
    where.equalTo(letters);
    const delays = flights.coGroup(airports).where((flight) => flight.delay);
    // @ts-expect-error keys of different types never meet
    delays.equalTo(city);
    const equal = where.equalTo(city);
    // @ts-expect-error records of unbounded streams would wait for each other for ever
    expect(() => equal.apply((flight: Flight) => flight.origin)).to.throw('apply is not a function');
    // @ts-expect-error records of unbounded streams would wait for each other for ever
    expect(() => where.window(TumblingEventTimeWindows.of('1 h'))).to.throw('window is not a function');
    const untimed = airports
      .join(table)
      .where(city)
      .equalTo((flight) => flight.origin);
    // @ts-expect-error one side has no event time
    untimed.window(TumblingEventTimeWindows.of('1 h'));
    const windows = untimed.window(TumblingProcessingTimeWindows.of('1 h'));
    // @ts-expect-error no such field
    windows.apply((airport, flight) => airport.city + flight.destination);
    // @ts-expect-error a promise
    windows.apply(async (airport) => airport.city);
    // @ts-expect-error a promise
    windows.apply(async (airport, _flight, out: Collector<string>) => out.collect(airport.city));
    expect(equal).to.be.an('object');
  });
});

describe('types of interval joins', () => {
  it('flow from both streams to the result', () => {
    const { byOrigin, flights } = built();
    const delays = flights.map((flight) => ({ from: flight.origin, minutes: flight.delay })).keyBy(({ from }) => from);
    const near = byOrigin.intervalJoin(delays).between('-5 min', '1 h').lowerBoundExclusive();
    const pairs = near.process((flight, delay, { timestamp }) => [[flight.date, delay.minutes, timestamp] as const]);
    same<RecordOf<typeof pairs>, readonly [number, number, number]>(true);
    same<TimeOf<typeof pairs>, 'event-time'>(true);
    const byObject = near.process({
      processElement(flight, delay, _context, out: Collector<string>) {
        out.collect(flight.origin + delay.from);
      },
    });
    same<RecordOf<typeof byObject>, string>(true);
    const late = new OutputTag<Flight>('late');
    near.sideOutputLeftLateData(late);
    // @ts-expect-error a tag of flights for delays
    near.sideOutputRightLateData(late);
    // @ts-expect-error a promise
    near.process(async (flight) => [flight.delay]);
    expect([pairs, byObject]).to.have.length(2);
  });

  it('demand keys of one type, event time on both sides, and an interval', () => {
    const { byOrigin, flights, table } = built();
    const untimed = table.keyBy((flight) => flight.origin);
    // @ts-expect-error keys of different types never meet
    byOrigin.intervalJoin(flights.keyBy((flight) => flight.delay));
    // @ts-expect-error no event time on the right
    byOrigin.intervalJoin(untimed);
    // @ts-expect-error no event time on the left
    untimed.intervalJoin(byOrigin);
    // @ts-expect-error not keyed
    expect(() => flights.intervalJoin(byOrigin)).to.throw('intervalJoin is not a function');
    const join = byOrigin.intervalJoin(byOrigin);
    // @ts-expect-error no interval
    expect(() => join.process(() => [1])).to.throw('process is not a function');
    // @ts-expect-error not a duration
    expect(() => join.between('soon', 'later')).to.throw('soon');
  });
});

describe('functions that do not compile', () => {
  it('return promises', () => {
    const { flights, byOrigin } = built();
    // @ts-expect-error a promise
    flights.map(async (flight) => flight.delay);
    // @ts-expect-error a promise
    flights.map({ map: (flight) => Promise.resolve(flight) });
    // @ts-expect-error a promise
    flights.filter(async (flight) => flight.delay > 0);
    // @ts-expect-error a promise
    flights.flatMap(async (flight) => [flight]);
    // @ts-expect-error a promise
    flights.process<Flight>(async (flight, _context, out) => out.collect(flight));
    // @ts-expect-error a promise
    byOrigin.process<Flight>({ processElement: async (flight, _context, out) => out.collect(flight) });
    // @ts-expect-error a promise
    byOrigin.reduce(async (a) => a);
    // @ts-expect-error a promise
    byOrigin.countWindow(2).process(async (_key, _context, flights) => [flights.length]);
    // @ts-expect-error a promise
    flights.connect(flights).map({ map1: async (flight) => flight, map2: async (flight) => flight });
    expect(flights.transformation.type).to.equal('operator');
  });

  it('use records, fields, tags and partitioners of other types', () => {
    const { flights, byOrigin } = built();
    const texts = new OutputTag<string>('texts');
    flights.process((flight, context) => {
      context.output(texts, flight.origin);
      // @ts-expect-error a number for a side output of texts
      context.output(texts, flight.delay);
    });
    // @ts-expect-error no such field
    flights.map((flight) => flight.destination);
    // @ts-expect-error a text cannot be added up
    byOrigin.sum('origin');
    byOrigin.sum('delay');
    // @ts-expect-error no such field
    byOrigin.maxBy('arrival');
    const origin = (flight: Flight) => flight.origin;
    flights.partitionCustom((key: string, count) => key.length % count, origin);
    // @ts-expect-error a partitioner of numbers for texts
    flights.partitionCustom((key: number, count) => key % count, origin);
    const side = flights.map((flight) => flight).getSideOutput(texts);
    same<RecordOf<typeof side>, string>(true);
    expect(side.transformation.type).to.equal('sideOutput');
  });
});
