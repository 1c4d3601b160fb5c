"""Word lists of the synthetic sample: one entry a slot name, its choices separated by commas.

Data only. `sample.py` draws from the lists, `sample_templates.py` joins them into questions.
The loaded questions name everyday groups and invented places only, so that reading the default
data hurts nobody.
"""

WORDS: dict[str, str] = {
    # People and work
    "job": """accountant, actor, actuary, air traffic controller, analyst, animator, anthropologist,
        archaeologist, architect, archivist, astronomer, auditor, baker, banker, barber, barista,
        bartender, beekeeper, biochemist, biologist, bookkeeper, botanist, brewer, bricklayer, bus
        driver, butcher, buyer, cabin crew member, carpenter, cartographer, cashier, chef, chemist,
        chiropractor, choreographer, civil engineer, clerk, coach, comedian, composer, conductor,
        consultant, copywriter, cosmetologist, courier, curator, customs officer, data scientist,
        dentist, dermatologist, designer, detective, dietitian, diplomat, diver, dog groomer,
        economist, editor, electrician, embalmer, engraver, estate agent, falconer, farmer, fashion
        stylist, film director, firefighter, fisherman, flight attendant, florist, forester, game
        developer, gardener, geneticist, geologist, glazier, goldsmith, graphic artist, hairdresser,
        historian, housekeeper, hydrologist, illustrator, immunologist, innkeeper, interpreter,
        janitor, jeweller, joiner, journalist, judge, landscaper, lawyer, lecturer, librarian,
        lifeguard, linguist, locksmith, lorry driver, machinist, magician, mason, mathematician,
        mechanic, meteorologist, microbiologist, midwife, miller, mortgage broker, museum guide,
        musician, nanny, navigator, neurologist, notary, novelist, nurse, nutritionist, occupational
        therapist, oceanographer, optician, painter, palaeontologist, paralegal, paramedic, park
        ranger, pastry cook, pathologist, pharmacist, philosopher, photographer, physicist,
        physiotherapist, piano tuner, pilot, plasterer, playwright, plumber, podcaster, police
        officer, postman, potter, printer, producer, product manager, proofreader, psychologist,
        publicist, puppeteer, radiographer, receptionist, referee, roofer, sailor, scaffolder,
        sculptor, secretary, seismologist, shepherd, shoemaker, social worker, sociologist, software
        tester, sommelier, sound engineer, statistician, stockbroker, surgeon, surveyor, tailor, tax
        adviser, taxi driver, teacher, technician, tour guide, train driver, translator, tutor,
        umpire, underwriter, upholsterer, urban planner, usher, vet, waiter, warehouse worker,
        watchmaker, weaver, web developer, welder, wedding planner, zookeeper, zoologist""",
    "healer": """cardiologist, chiropractor, dentist, dermatologist, doctor, neurologist, nurse,
        orthopaedist, osteopath, pharmacist, physiotherapist, psychiatrist, specialist, surgeon,
        therapist""",
    "relation": """aunt, best friend, boss, brother, classmate, colleague, cousin, daughter, dad,
        fiancé, flatmate, former teacher, friend, godmother, grandfather, grandmother, half-sister,
        husband, landlady, manager, mentor, mom, mother-in-law, neighbour, nephew, niece, partner,
        pen pal, roommate, sister, sister-in-law, son, stepbrother, stepfather, supervisor, team
        leader, uncle, wife, younger brother, boyfriend, girlfriend, crush""",
    "first": """Aaron, Abigail, Aditi, Ahmed, Aisha, Alejandro, Amara, Amélie, Anders, Anita,
        Antonio, Arjun, Astrid, Ayumi, Beatriz, Benjamin, Björn, Camila, Carlos, Catherine, Chen,
        Chloe, Clara, Daniel, Deepak, Diego, Dmitri, Edith, Elena, Elif, Emeka, Emma, Esther, Farah,
        Felix, Fiona, François, Freya, Gabriel, Giulia, Grace, Hannah, Haruki, Hugo, Ibrahim, Ines,
        Ingrid, Isaac, Ivan, Jamal, Jasper, Joanna, José, Julian, Kavita, Kenji, Kofi, Lars, Leila,
        Lena, Liam, Lucia, Magnus, Maria, Mateo, Meera, Miguel, Mina, Nadia, Naomi, Nikolai, Noor,
        Olga, Oscar, Pablo, Priya, Quentin, Rahul, Rania, Rosa, Samuel, Sanjay, Sofia, Svetlana,
        Tariq, Theo, Thomas, Uma, Valentina, Victor, Wei, William, Yara, Yusuf, Zara, Zoë""",
    "last": """Abbott, Adeyemi, Andersson, Banerjee, Bauer, Becker, Bianchi, Campbell, Castillo,
        Chatterjee, Costa, Delgado, Dubois, Eriksen, Fernandes, Fischer, Fleming, Forsyth, Fujimoto,
        Gallagher, Ghosh, Goldberg, Gupta, Hansen, Hashemi, Hoffmann, Horvath, Hughes, Iyer, Jansen,
        Johansson, Kapoor, Kaya, Keller, Kimura, Kovacs, Kowalski, Kumar, Larsen, Lefebvre,
        Lindqvist, MacLeod, Malik, Marchetti, Mbeki, Menon, Mishra, Moreau, Müller, Murphy,
        Nakamura, Nguyen, Novak, Núñez, Okafor, Okonkwo, Oliveira, Olsen, Papadakis, Patel, Pereira,
        Petrov, Popescu, Quinn, Rahman, Reddy, Ribeiro, Rossi, Saito, Santos, Schneider, Sharma,
        Silva, Sørensen, Takahashi, Thompson, Torres, Vasquez, Virtanen, Wagner, Walker, Watanabe,
        Weber, Whitfield, Yamamoto, Yilmaz, Zhang, Zielinski""",
    "skill": """accounting, bookbinding, budgeting, calligraphy, carpentry, chess, coding,
        copywriting, crocheting, data entry, debating, drawing, editing, embroidery, fencing,
        gardening, juggling, knitting, leadership, lip reading, meditation, negotiation, origami,
        photography, pottery, presenting, proofreading, public speaking, sewing, shorthand, sign
        language, singing, small talk, speed reading, storytelling, swimming, time management, touch
        typing, welding, whistling, woodturning, writing, yoga, video editing, screen printing,
        archery, baking""",
    "industry": """advertising, agriculture, aviation, banking, biotech, catering, construction,
        consulting, cosmetics, education, entertainment, fashion, fisheries, forestry, healthcare,
        hospitality, insurance, journalism, logistics, manufacturing, mining, music, packaging,
        petroleum, pharmaceuticals, publishing, railways, recycling, retail, robotics, shipping,
        software, steel, telecoms, textiles, tourism, toys, trucking, venture capital""",
    "company": """Accenture, Adidas, Adobe, Airbnb, Amazon, Apple, Bosch, Canon, Capgemini, Cisco,
        Cognizant, Deloitte, DHL, Dropbox, Facebook, Flipkart, Ford, Google, Honda, HSBC, IBM, IKEA,
        Infosys, Intel, Lego, LinkedIn, Microsoft, Netflix, Nike, Nintendo, Nokia, Oracle, PayPal,
        Pepsi, Philips, Pixar, Qualcomm, Ryanair, Samsung, SAP, Shell, Siemens, Slack, Sony, SpaceX,
        Spotify, Starbucks, Tata Motors, Tesla, Toyota, Twitter, Uber, Volvo, Walmart, Wipro,
        Zara""",
    "degree": """MBA, BA in history, BSc in physics, PhD in chemistry, diploma in nursing, law
        degree, degree in economics, master's in statistics, bachelor's in geography, teaching
        certificate, CPA, CFA, MFA, degree in philosophy, B.Tech in mechanical engineering, master's
        in design, doctorate in linguistics, marine biology degree, journalism diploma, minor in
        Latin""",
    "work_item": """appraisal, bonus, contract, cover letter, deadline, exit interview, handover,
        internship, job offer, meeting, night shift, notice period, overtime shift, payslip,
        pension, performance review, portfolio, probation period, promotion, reference, resignation
        letter, resume, salary, severance package, sick leave form, timesheet, transfer, workload,
        warning letter""",
    # Study
    "subject": """algebra, anatomy, art history, astronomy, biochemistry, biology, botany, business
        law, calculus, chemistry, civics, cognitive science, computer science, criminology,
        cryptography, ecology, econometrics, electronics, ethics, fluid mechanics, game theory,
        genetics, geography, geology, geometry, graph theory, hydraulics, inorganic chemistry,
        international relations, linear algebra, linguistics, literature, logic, macroeconomics,
        material science, metallurgy, meteorology, microbiology, music theory, neuroscience, nuclear
        physics, number theory, oceanography, optics, organic chemistry, pharmacology, philosophy,
        phonetics, physiology, political science, probability, psychology, quantum mechanics, real
        analysis, rhetoric, robotics, semiotics, social work, sociology, statistics, thermodynamics,
        topology, trigonometry, zoology""",
    "exam": """AP Calculus, the bar exam, BITSAT, CAT, CLAT, the driving test, GATE, GCSE maths,
        GMAT, GRE, the IB diploma, IELTS, JEE Main, LSAT, MCAT, NEET, PISA, SAT, SSC CGL, TOEFL,
        UPSC, A-levels, the CPA exam, the citizenship test, the pilot theory exam, DELF B2, JLPT N3,
        PTE, Abitur, Leaving Cert, the placement test, viva, the entrance exam, the board exams, the
        mock exam""",
    "university": """Aalto University, Bologna, Boston University, Brown, Cambridge, Coimbra,
        Columbia, Cornell, Delft, Duke, Durham, Edinburgh, ETH Zurich, Georgia Tech, Ghent, Harvard,
        Heidelberg, IIT Bombay, IIT Madras, Imperial College, Jadavpur University, Kyoto University,
        Leiden, Lund, Manipal, McGill, Melbourne, MIT, Monash, NUS, NYU, Oxford, Princeton, Purdue,
        Queensland, RWTH Aachen, Sorbonne, Stanford, Stellenbosch, TU Munich, UCLA, Uppsala,
        Utrecht, VIT, Waterloo, Yale, Coventry, Groningen, Otago, Trinity College Dublin""",
    "paper": """dissertation, essay, lab report, master's thesis, poster, presentation, research
        proposal, science project, seminar paper, short story, term paper""",
    "study_item": """bibliography, course outline, curriculum, dissertation, essay, exchange year,
        fee waiver, flashcards, gap year, grading curve, homework plan, hostel, index card, lab
        report, lecture notes, library card, midterm, minor, personal statement, placement,
        recommendation letter, research proposal, revision plan, scholarship, semester, seminar,
        student loan, study group, syllabus, term paper, textbook, thesis, transcript, tuition loan,
        undergraduate project, waiting list""",
    # Computing and phones
    "prog": """Ada, assembly, Bash, C, C#, C++, Clojure, COBOL, Dart, Elixir, Elm, Erlang, F#,
        Fortran, Go, Groovy, Haskell, Java, JavaScript, Julia, Kotlin, Lisp, Lua, MATLAB, OCaml,
        Objective-C, Perl, PHP, PowerShell, Prolog, Python, R, Ruby, Rust, Scala, Scheme, Scratch,
        Smalltalk, Solidity, SQL, Swift, TypeScript, VBA, Verilog""",
    "framework": """Android Studio, Angular, Apache Spark, Arduino, Bootstrap, CodeIgniter, Cordova,
        Django, Docker, Electron, Excel, Express, Firebase, Flask, Flutter, Git, Hadoop, Hibernate,
        Ionic, Jenkins, jQuery, Kafka, Keras, Kubernetes, Laravel, LaTeX, MongoDB, MySQL, Node.js,
        NumPy, OpenCV, pandas, PostgreSQL, PyTorch, Qt, Raspberry Pi, React, Redis, Selenium, Spring
        Boot, SQLite, Symfony, TensorFlow, Unity, Unreal Engine, Vagrant, Vue, WebGL, WordPress,
        Xcode""",
    "code_thing": """abstract class, array, binary search tree, buffer, cache, callback, closure,
        compiler, constructor, cookie, cron job, database index, daemon, deadlock, decorator,
        dictionary, event loop, firewall, foreign key, garbage collector, generator, hash table,
        heap, infinite loop, interface, iterator, JSON file, lambda, linked list, load balancer,
        login form, loop variable, memory leak, mutex, neural network, null pointer, package
        manager, parser, pointer, proxy, queue, recursive function, regular expression, REST API,
        scheduler, segfault, semaphore, singleton, socket, sorting algorithm, stack overflow, stored
        procedure, struct, thread pool, tuple, unit test, URL shortener, virtual machine, web
        crawler, webhook""",
    "device": """action camera, Android phone, Apple Watch, Bluetooth speaker, Chromebook, desktop
        PC, digital camera, drone, DVD player, e-reader, electric scooter, external hard drive,
        Fitbit, flash drive, Galaxy S8, gaming console, graphics card, graphics tablet, hard disk,
        headset, HP laptop, inkjet printer, iPad, iPhone 7, iPod, keyboard, Kindle, laptop, MacBook
        Air, microphone, modem, monitor, motherboard, Nexus 5, Nokia 6, wireless earphone, OnePlus
        5, Pixel 2, PlayStation 4, power bank, projector, Redmi Note 4, router, scanner, SIM card,
        smart TV, smartwatch, SSD, tablet, ThinkPad, touchpad, USB hub, VR headset, webcam, Xbox""",
    "device_part": """antenna, backlight, battery, Bluetooth, camera, charger, charging port,
        cooling fan, display, fingerprint sensor, flash, GPS, hinge, home button, keypad, lens,
        loudspeaker, microphone, motherboard, power button, screen, SIM tray, software, speaker,
        storage, touchscreen, trackpad, vibration motor, volume key, Wi-Fi, USB port""",
    "device_fault": """beep, blink, buzz, crash, disconnect, drain so fast, flicker, freeze, get so
        hot, go dark, hang, lag, make a clicking noise, overheat, reboot, refuse to charge, restart,
        run slowly, shut down, stay black, stop responding, stutter, switch off, turn green,
        vibrate, fail""",
    "app": """Airtable, Audible, Bing, BitTorrent, Blender, Chrome, Discord, Duolingo, eBay, Etsy,
        Evernote, Facebook, Firefox, Flickr, Gmail, Google Drive, Google Maps, GoPro Studio, iTunes,
        Instagram, Kik, Lightroom, LinkedIn, Messenger, Minecraft, Netflix, Outlook, Paytm,
        Photoshop, Pinterest, PowerPoint, Quora, Reddit, Safari, Shazam, Signal, Skype, Snapchat,
        SoundCloud, Spotify, Steam, Telegram, Tinder, Trello, Tumblr, Twitch, Twitter, Uber, Viber,
        VLC, Waze, WeChat, WhatsApp, Wikipedia, YouTube, Zoom""",
    "app_thing": """account, album, archive, avatar, backup, ban, bookmark, calendar, chat history,
        comment, contact list, download folder, draft, ad, feed, filter, follower count, friend
        request, gif, group chat, hashtag, inbox, invitation, location, notification, password,
        playlist, poll, profile picture, read receipt, recovery email, ringtone, screenshot, search
        history, shortcut, signature, spam folder, status, sticker, story, subscription, subtitle,
        theme, thread, username, verification code, video, voice message, wallpaper, watermark,
        widget""",
    "app_act": """archive, back up, block, bookmark, change, copy, delete, disable, download,
        duplicate, edit, embed, encrypt, export, find, hide, import, lock, merge, mute, pin, print,
        recover, remove, rename, report, reset, restore, save, schedule, search, share, sort, sync,
        transfer, translate, unlock, upload, verify""",
    # Places
    "country": """Albania, Argentina, Armenia, Australia, Austria, Bangladesh, Belgium, Bhutan,
        Bolivia, Botswana, Brazil, Bulgaria, Cambodia, Cameroon, Canada, Chile, China, Colombia,
        Costa Rica, Croatia, Cuba, Cyprus, the Czech Republic, Denmark, Ecuador, Egypt, Estonia,
        Ethiopia, Fiji, Finland, France, Georgia, Germany, Ghana, Greece, Guatemala, Honduras,
        Hungary, Iceland, India, Indonesia, Ireland, Israel, Italy, Jamaica, Japan, Jordan,
        Kazakhstan, Kenya, Laos, Latvia, Lebanon, Lithuania, Luxembourg, Madagascar, Malaysia,
        Malta, Mauritius, Mexico, Mongolia, Morocco, Mozambique, Namibia, Nepal, the Netherlands,
        New Zealand, Nigeria, Norway, Oman, Pakistan, Panama, Paraguay, Peru, the Philippines,
        Poland, Portugal, Qatar, Romania, Rwanda, Samoa, Senegal, Serbia, Singapore, Slovakia,
        Slovenia, South Africa, South Korea, Spain, Sri Lanka, Sweden, Switzerland, Taiwan,
        Tanzania, Thailand, Tunisia, Turkey, Uganda, Ukraine, the UK, Uruguay, the USA, Uzbekistan,
        Vietnam, Zambia, Zimbabwe""",
    "city": """Accra, Ahmedabad, Amsterdam, Ankara, Antwerp, Athens, Auckland, Austin, Baltimore,
        Bangalore, Bangkok, Barcelona, Basel, Bergen, Berlin, Bhopal, Birmingham, Bogotá, Bordeaux,
        Boston, Bratislava, Brisbane, Brussels, Bucharest, Budapest, Buenos Aires, Bursa, Cairo,
        Calgary, Cape Town, Cardiff, Casablanca, Chandigarh, Chennai, Chicago, Cincinnati, Cologne,
        Colombo, Copenhagen, Córdoba, Cusco, Dakar, Dallas, Delhi, Denver, Detroit, Dhaka, Dresden,
        Dubai, Dublin, Dubrovnik, Düsseldorf, Edinburgh, Faro, Florence, Fukuoka, Galway, Gdańsk,
        Geneva, Genoa, Glasgow, Goa, Gothenburg, Granada, Graz, Hamburg, Hanoi, Helsinki, Hobart,
        Hong Kong, Honolulu, Houston, Hyderabad, Innsbruck, Istanbul, Izmir, Jaipur, Jakarta,
        Johannesburg, Kampala, Kathmandu, Kobe, Kochi, Kolkata, Kraków, Kuala Lumpur, Lagos, Lahore,
        Leeds, Leipzig, Lima, Lisbon, Liverpool, Ljubljana, London, Lucknow, Lyon, Madrid, Malmö,
        Manchester, Manila, Marrakesh, Marseille, Memphis, Miami, Milan, Minneapolis, Montreal,
        Mumbai, Mysore, Nagpur, Nairobi, Nantes, Naples, Nashville, New York, Nice, Nuremberg, Oslo,
        Osaka, Ottawa, Palermo, Panama City, Paris, Perth, Philadelphia, Phoenix, Pittsburgh, Porto,
        Portland, Prague, Pune, Quito, Reykjavik, Riga, Rome, Rotterdam, Salzburg, San Diego,
        Santiago, São Paulo, Sapporo, Sarajevo, Seattle, Seoul, Seville, Shanghai, Sheffield, Sofia,
        Stockholm, Surat, Sydney, Taipei, Tallinn, Tampa, Tbilisi, Tokyo, Toronto, Toulouse,
        Trieste, Turin, Valencia, Vancouver, Venice, Verona, Vienna, Vilnius, Warsaw, Wellington,
        Winnipeg, Yerevan, Zagreb, Zürich""",
    "landmark": """Abbey Road, the Alhambra, Angkor Wat, Ayers Rock, Big Ben, the Blue Mosque, the
        Brandenburg Gate, Bryce Canyon, the Burj Khalifa, the Charles Bridge, Chichen Itza, the
        Colosseum, the Dead Sea, the Eiffel Tower, Everest base camp, Fushimi Inari shrine, the
        Galápagos Islands, the Golden Gate Bridge, the Grand Canyon, the Great Barrier Reef, the
        Great Wall, Hadrian's Wall, the Hagia Sophia, the Iguazu Falls, Kilimanjaro, Lake Baikal,
        Lake Como, Loch Ness, the Louvre, Machu Picchu, the Matterhorn, Mount Fuji, Mount Rushmore,
        Neuschwanstein Castle, Niagara Falls, the Panama Canal, Petra, Pompeii, the Pyramids of
        Giza, the Red Fort, the Sagrada Família, the Serengeti, Stonehenge, the Suez Canal, the
        Sydney Opera House, Table Mountain, the Taj Mahal, the Tower of London, the Trevi Fountain,
        the Uffizi, the Vatican Museums, Victoria Falls, Yellowstone, Yosemite""",
    "travel_item": """adapter, backpack, boarding pass, border stamp, camper van, compass, cruise
        ticket, day bag, driving permit, entry visa, ferry ticket, first aid kit, guidebook, hand
        luggage, hostel bed, insurance policy, itinerary, layover, lost suitcase, map, mosquito net,
        neck pillow, night train, passport, phrasebook, rail pass, rental car, return ticket,
        sleeping bag, student visa, sunscreen, tent, tour operator, transit visa, travel card,
        trekking poles, vaccination certificate, water bottle, window seat, work permit""",
    "town_a": """Alder, Amber, Apple, Ash, Barrow, Birch, Black, Bramble, Brindle, Cinder, Clover,
        Copper, Crow, Dapple, Elder, Elm, Fern, Flint, Fox, Glen, Gold, Grey, Hart, Hazel, Heather,
        Hollow, Iron, Kettle, Lark, Linden, Maple, Marble, Mill, Moss, Nettle, Oak, Otter, Pebble,
        Plum, Quill, Raven, Reed, Rook, Rush, Silver, Sorrel, Stone, Thistle, Timber, Willow""",
    "town_b": """beck, borough, bourne, bridge, brook, bury, cliffe, combe, cross, dale, dean, den,
        field, ford, gate, ham, haven, hurst, ley, market, mere, mouth, ness, pool, port, shaw,
        stead, stoke, ton, vale, wick, worth""",
    "realm": """Aldoria, Belmaria, Brundovia, Caldonia, Cordavia, Drestania, Elbonia, Estervia,
        Fenwaria, Galdovia, Hestria, Istravia, Jorvania, Kelmark, Lorvenia, Maravia, Nordavia,
        Ostrelia, Pellandia, Quelmark, Rostania, Sylvaria, Tarvonia, Ulmenia, Valdoria, Westria,
        Yarvonia, Zelmaria""",
    # Nature and science
    "animal": """albatross, alligator, alpaca, ant, anteater, antelope, armadillo, axolotl, badger,
        barn owl, bat, beaver, bee, beetle, bison, blackbird, blue whale, bobcat, budgie, bumblebee,
        butterfly, camel, canary, capybara, caterpillar, chameleon, cheetah, chicken, chimpanzee,
        chinchilla, cicada, clownfish, cobra, cockatoo, cormorant, cow, coyote, crab, cricket,
        crocodile, crow, cuckoo, deer, dingo, dolphin, donkey, dragonfly, duck, eagle, earthworm,
        eel, elephant, elk, emu, falcon, ferret, firefly, flamingo, fox, frog, gazelle, gecko,
        gerbil, giraffe, goat, goldfish, goose, gorilla, grasshopper, guinea pig, hamster, hare,
        hawk, hedgehog, heron, hippo, horse, hummingbird, hyena, ibex, iguana, jackal, jaguar,
        jellyfish, kangaroo, kingfisher, kiwi, koala, ladybird, lemur, leopard, lion, lizard, llama,
        lobster, lynx, macaw, magpie, mallard, manatee, mantis, meerkat, mole, mongoose, moose,
        mosquito, moth, mule, narwhal, newt, nightingale, octopus, orangutan, ostrich, otter,
        oyster, panda, parrot, partridge, peacock, pelican, penguin, pigeon, platypus, polar bear,
        porcupine, puffin, quail, rabbit, raccoon, rat, raven, reindeer, rhino, robin, salamander,
        salmon, scorpion, sea lion, seahorse, seal, shark, sheep, shrimp, skunk, sloth, snail,
        sparrow, spider, squid, squirrel, starfish, stingray, stork, swallow, swan, tapir,
        tarantula, termite, tiger, toad, tortoise, toucan, trout, tuna, turkey, turtle, vulture,
        wallaby, walrus, wasp, weasel, wild boar, wolf, wombat, woodpecker, yak, zebra""",
    "plant": """African violet, aloe, azalea, bamboo, basil, beech, begonia, bluebell, bonsai,
        cactus, camellia, carnation, cherry tree, chives, chrysanthemum, clematis, crocus, cypress,
        daffodil, dahlia, daisy, dandelion, fig tree, foxglove, fuchsia, geranium, ginkgo, hibiscus,
        holly, hyacinth, hydrangea, iris, ivy, jasmine, juniper, lavender, lemon tree, lilac, lily,
        lotus, magnolia, marigold, mint, mistletoe, monstera, moss, oleander, olive tree, orchid,
        palm, pansy, peony, petunia, poppy, primrose, rhododendron, rose bush, rosemary, sage,
        snowdrop, spider plant, sunflower, sweet pea, sycamore, thyme, tulip, Venus flytrap, violet,
        wisteria, yew""",
    "substance": """acetone, alcohol, aluminium, ammonia, argon, asphalt, beeswax, bleach, boron,
        brass, bronze, butane, calcium carbonate, carbon dioxide, caustic soda, chalk, charcoal,
        chlorine, chromium, citric acid, cobalt, concrete, copper sulfate, diamond, ethanol,
        gallium, gelatin, glass, glycerin, gold, granite, graphite, gypsum, helium, hydrogen,
        iodine, iridium, iron oxide, krypton, latex, lead, limestone, lithium, magnesium, marble,
        mercury, methane, neon, nickel, nitrogen, nylon, obsidian, oxygen, ozone, paraffin,
        phosphorus, platinum, polystyrene, potassium, propane, quartz, resin, rubber, rust, salt
        water, sandstone, silicon, silver, sodium, starch, steel, sucrose, sulfur, tin, titanium,
        tungsten, turpentine, uranium, vinegar, xenon, zinc""",
    "physics": """acceleration, air pressure, angular momentum, antimatter, black holes, Brownian
        motion, buoyancy, centripetal force, conductivity, cosmic rays, dark matter, diffraction,
        electric current, electromagnetism, entropy, friction, gamma rays, gravity, half-life, heat
        capacity, inertia, infrared light, interference, kinetic energy, magnetic fields,
        microwaves, momentum, neutrinos, nuclear fusion, osmosis, photons, plasma, polarisation,
        quarks, radioactivity, red shift, refraction, relativity, resistance, resonance, sound
        waves, static electricity, string theory, superconductivity, surface tension, terminal
        velocity, torque, turbulence, viscosity, voltage, wavelength, X-rays""",
    "space": """Alpha Centauri, Andromeda, Betelgeuse, Ceres, comets, Deimos, Earth, Enceladus,
        Europa, exoplanets, Ganymede, Halley's comet, Io, Jupiter, Mars, Mercury, meteorites,
        Neptune, neutron stars, Pluto, pulsars, Saturn, Sirius, solar flares, sunspots, supernovas,
        the asteroid belt, the Big Dipper, the Kuiper belt, the Milky Way, the Moon, the North Star,
        the Orion nebula, the Sun, Titan, Triton, Uranus, Vega, Venus""",
    "math": """bisector, coefficient, complex root, convergence, cosine, cube root, decimal,
        denominator, derivative, determinant, diagonal, domain, eigenvalue, ellipse, exponent,
        factorial, fraction, gradient, histogram, hyperbola, hypotenuse, imaginary number,
        inequality, integral, inverse, limit, logarithm, matrix, median, modulus, parabola,
        percentile, perimeter, permutation, polygon, polynomial, prime factor, quadratic equation,
        quotient, radius, remainder, sequence, sine, slope, square root, standard deviation,
        tangent, tetrahedron, trapezium, variance, vector, vertex, volume""",
    # Health and food
    "body": """ankle, appendix, back, calf, cheek, chest, chin, collarbone, ear, elbow, eyebrow,
        eyelid, finger, foot, forearm, forehead, gum, hamstring, hand, heel, hip, jaw, kidney, knee,
        liver, lower back, neck, nostril, palm, rib, scalp, shin, shoulder, spine, stomach, temple,
        thigh, throat, thumb, toe, tongue, tooth, upper lip, wrist""",
    "symptom": """ache, bleed, blister, bruise, burn, click, cramp, crack, feel cold, feel heavy,
        feel numb, feel weak, hurt, itch, look pale, peel, pop, pulse, sting, swell, throb, tingle,
        tremble, turn red, twitch""",
    "condition": """acne, anaemia, anxiety, arthritis, asthma, athlete's foot, back pain, bloating,
        bronchitis, burnout, chickenpox, cold sores, conjunctivitis, constipation, dandruff,
        dehydration, diabetes, dizziness, dry eyes, ear infections, eczema, fatigue, flat feet, food
        poisoning, gout, hair loss, hay fever, headaches, heartburn, hiccups, high cholesterol,
        hives, indigestion, insomnia, jet lag, kidney stones, lactose intolerance, low blood
        pressure, measles, migraines, motion sickness, muscle cramps, nosebleeds, panic attacks,
        pneumonia, psoriasis, ringworm, sciatica, sinusitis, sleep apnea, snoring, sore throat,
        stage fright, stress, stuttering, sunburn, tennis elbow, tinnitus, tonsillitis, vertigo,
        vitamin D deficiency, warts, whooping cough""",
    "exercise": """aerobics, ballet, bench presses, boxing drills, burpees, cold showers, crunches,
        cycling, deadlifts, deep breathing, dumbbell curls, hill sprints, interval training,
        jogging, jumping jacks, kettlebell swings, lunges, pilates, planks, pull ups, push ups,
        rowing, skipping rope, squats, stair climbing, stretching, surya namaskar, tai chi,
        treadmill running, walking, weight training, zumba""",
    "ingredient": """almond flour, anchovies, apricots, artichokes, asparagus, aubergine, avocado,
        bacon, barley, bay leaves, beetroot, black pepper, blueberries, broccoli, brown sugar,
        buckwheat, butter, buttermilk, cabbage, capers, cardamom, carrots, cashews, cauliflower,
        celery, cheddar, chestnuts, chickpeas, chicken breast, chilli powder, cinnamon, cloves,
        cocoa, coconut milk, coriander, cornstarch, cottage cheese, courgettes, couscous,
        cranberries, cream cheese, cucumber, cumin, curry leaves, dates, dill, eggs, fennel, feta,
        figs, flaxseed, garlic, ghee, ginger, grapefruit, green beans, halloumi, hazelnuts, honey,
        horseradish, jaggery, kale, lamb, leeks, lemon juice, lentils, mango, maple syrup,
        mascarpone, millet, miso, mozzarella, mushrooms, mustard, nutmeg, oat milk, okra, olives,
        onions, oregano, paneer, paprika, parmesan, parsley, parsnips, peanut butter, pineapple,
        pistachios, pomegranate, potatoes, pumpkin, quinoa, radishes, raisins, raspberries, rhubarb,
        rice, ricotta, saffron, sausages, semolina, sesame oil, shallots, sourdough starter, soy
        sauce, spinach, sweet potato, tahini, tofu, tomatoes, turmeric, vanilla, walnuts,
        watermelon, whipped cream, yeast, yoghurt""",
    "dish": """apple pie, baba ganoush, banana bread, beef stew, biryani, borscht, bruschetta,
        burrito, butter chicken, carbonara, carrot cake, ceviche, cheesecake, chili, chocolate
        mousse, chow mein, churros, coleslaw, crème brûlée, crêpes, curry, dal, dosa, dumplings,
        empanadas, enchiladas, falafel, fish pie, flan, focaccia, fondue, french toast, fried rice,
        gazpacho, gnocchi, goulash, granola, guacamole, gulab jamun, gumbo, hummus, idli, jambalaya,
        jollof rice, kebab, kimchi, lasagna, lemonade, macarons, marmalade, meatballs, minestrone,
        moussaka, mulled wine, naan, nachos, omelette, onion soup, pad thai, paella, pancakes, pasta
        salad, pavlova, pesto, pho, pickles, pierogi, pizza dough, poached eggs, porridge, pot
        roast, pretzels, pulao, quesadillas, quiche, ramen, ratatouille, ravioli, risotto, roast
        chicken, rogan josh, salsa, samosas, sauerkraut, scones, shakshuka, shepherd's pie,
        smoothies, soufflé, spring rolls, stir fry, stuffed peppers, sushi, tacos, tagine, tamales,
        tandoori chicken, tempura, teriyaki, tiramisu, toffee, tortilla, trifle, tzatziki, udon,
        waffles""",
    "utensil": """air fryer, blender, bread machine, cake tin, cast iron pan, colander, corkscrew,
        food processor, frying pan, garlic press, grater, kettle, ladle, microwave, mixer, mortar,
        muffin tray, oven, peeler, pressure cooker, rice cooker, rolling pin, salad spinner,
        saucepan, sharp knife, sieve, slow cooker, spatula, steamer, thermometer, toaster, tongs,
        whisk, wok""",
    "cook_verb": """bake, blanch, blend, boil, braise, caramelise, chop, chill, defrost, deep fry,
        dry, ferment, freeze, fry, grate, grill, marinate, mash, microwave, peel, pickle, poach,
        preserve, puree, reheat, roast, rinse, season, simmer, smoke, soak, steam, stew, store,
        stuff, thicken, toast, whisk""",
    # Leisure
    "film": """Amélie, Avatar, Back to the Future, Black Panther, Blade Runner, Casablanca,
        Chinatown, Citizen Kane, Coco, Dangal, Dunkirk, E.T., Fargo, Finding Nemo, Forrest Gump,
        Frozen, Ghostbusters, Gladiator, Goodfellas, Gravity, Groundhog Day, Home Alone, Inception,
        Interstellar, Jaws, Jurassic Park, Lagaan, La La Land, Lost in Translation, Mad Max,
        Memento, Metropolis, Moana, Mulan, Notting Hill, Oldboy, Paddington, Parasite, Pulp Fiction,
        Ratatouille, Rocky, Sholay, Shrek, Spirited Away, Star Wars, Taare Zameen Par, The
        Godfather, The Grand Budapest Hotel, The Lion King, The Martian, The Matrix, The Shining,
        The Truman Show, Titanic, Top Gun, Toy Story, Up, Vertigo, Wall-E, Whiplash, Zootopia""",
    "series": """Battlestar Galactica, Better Call Saul, Black Mirror, Breaking Bad, Brooklyn
        Nine-Nine, Cheers, Columbo, Death Note, Doctor Who, Downton Abbey, Dragon Ball, Fawlty
        Towers, Frasier, Friends, Futurama, Game of Thrones, Gilmore Girls, Grey's Anatomy, House of
        Cards, Lost, Mad Men, MasterChef, Monk, Naruto, One Piece, Parks and Recreation, Peaky
        Blinders, Riverdale, Seinfeld, Sherlock, Stranger Things, Suits, Supernatural, The Big Bang
        Theory, The Crown, The Office, The Simpsons, The Wire, Top Gear, Twin Peaks, Westworld""",
    "game": """Age of Empires, Animal Crossing, Assassin's Creed, Backgammon, Bloodborne, Candy
        Crush, Catan, Civilization, Clash of Clans, Cuphead, Dark Souls, Diablo, Dota, Dungeons and
        Dragons, FIFA 18, Final Fantasy, Fortnite, Go, Gran Turismo, GTA, Half-Life, Halo,
        Hearthstone, Kerbal Space Program, League of Legends, Mario Kart, Mass Effect, Metroid,
        Monopoly, Myst, Overwatch, Pac-Man, Pokémon Go, Pong, Portal, Risk, RuneScape, Scrabble,
        SimCity, Skyrim, Sonic, Sudoku, Super Mario, Terraria, Tetris, The Sims, The Witcher,
        Undertale, Uno, World of Warcraft, Zelda""",
    "book": """Animal Farm, Anna Karenina, Beloved, Brave New World, Catch-22, Crime and Punishment,
        David Copperfield, Don Quixote, Dracula, Dune, Emma, Frankenstein, Great Expectations,
        Gulliver's Travels, Hamlet, Harry Potter, Jane Eyre, King Lear, Les Misérables, Life of Pi,
        Lord of the Flies, Macbeth, Madame Bovary, Middlemarch, Moby-Dick, Norwegian Wood, Oliver
        Twist, Othello, Persuasion, Pride and Prejudice, Robinson Crusoe, Sapiens, Sense and
        Sensibility, The Alchemist, The Great Gatsby, The Hobbit, The Iliad, The Little Prince, The
        Odyssey, The Silmarillion, The White Tiger, Treasure Island, Ulysses, War and Peace,
        Watership Down, Wuthering Heights""",
    "figure": """Abraham Lincoln, Ada Lovelace, Akbar, Alan Turing, Albert Einstein, Alexander the
        Great, Aristotle, Ashoka, Augustus, Bach, Beethoven, Benjamin Franklin, Bismarck, Catherine
        the Great, Charlemagne, Charles Darwin, Charles Dickens, Chopin, Cicero, Cleopatra,
        Confucius, Copernicus, Dante, Descartes, Euclid, Euler, Florence Nightingale, Freud, Frida
        Kahlo, Galileo, Gandhi, Gauss, Goethe, Hannibal, Homer, Immanuel Kant, Isaac Newton, Jane
        Austen, Joan of Arc, Julius Caesar, Kepler, Leonardo da Vinci, Marco Polo, Marie Curie, Mark
        Twain, Martin Luther King, Michelangelo, Mozart, Napoleon, Nelson Mandela, Nietzsche, Nikola
        Tesla, Pablo Picasso, Plato, Pythagoras, Queen Victoria, Ramanujan, Rembrandt, Richard
        Feynman, Rumi, Shakespeare, Socrates, Spinoza, Stephen Hawking, Tagore, Thomas Edison,
        Tolstoy, Van Gogh, Vivaldi, Voltaire, Wagner, Winston Churchill""",
    "event": """agricultural revolution, Bronze Age collapse, Congress of Vienna, Cuban missile
        crisis, Dutch tulip mania, English Civil War, European Union enlargement, fall of
        Constantinople, fall of the Berlin Wall, French Revolution, Glorious Revolution, gold rush,
        Great Depression, Great Fire of London, Hanseatic League, Industrial Revolution, Irish
        famine, Louisiana Purchase, Magna Carta, Marshall Plan, Meiji restoration, Moon landing,
        Ottoman conquest of Egypt, partition of Poland, Peace of Westphalia, Persian wars, printing
        press era, prohibition, Reformation, Renaissance, Russian Revolution, Salt March, Silk Road
        trade, space race, Suez crisis, Treaty of Versailles, Unification of Italy, Velvet
        Revolution, Viking age, Wall Street crash""",
    "instrument": """accordion, bagpipes, banjo, bass guitar, bassoon, bongo, cello, clarinet,
        double bass, drums, flute, French horn, guitar, harmonica, harp, harpsichord, keyboard,
        lute, mandolin, oboe, organ, piano, recorder, saxophone, sitar, tabla, tambourine, triangle,
        trombone, trumpet, tuba, ukulele, viola, violin, xylophone""",
    "genre": """ambient, baroque, bebop, bluegrass, blues, bossa nova, chamber music, country,
        dancehall, disco, dubstep, flamenco, folk, funk, fusion, ghazal, gospel, grime, grunge, hip
        hop, house, indie rock, jazz, K-pop, lo-fi, opera, polka, progressive rock, punk, qawwali,
        ragtime, reggae, samba, ska, soul, swing, synthpop, tango, techno, trance, waltz""",
    "sport": """archery, badminton, baseball, basketball, biathlon, billiards, bowling, boxing,
        canoeing, climbing, cricket, curling, darts, diving, fencing, field hockey, figure skating,
        fishing, football, golf, gymnastics, handball, high jump, horse riding, ice hockey, javelin,
        judo, kabaddi, karate, kayaking, lacrosse, marathon running, netball, orienteering, parkour,
        polo, pole vault, roller derby, rowing, rugby, sailing, shot put, skateboarding, skiing,
        snooker, snowboarding, softball, speed skating, squash, surfing, swimming, table tennis,
        taekwondo, tennis, triathlon, volleyball, water polo, weightlifting, wrestling""",
    "team_b": """Albion, Athletic, Badgers, Bulls, Comets, Cougars, Dragons, Falcons, Foxes, Giants,
        Hawks, Herons, Knights, Lions, Mariners, Meteors, Orioles, Otters, Pirates, Pioneers,
        Ravens, Rovers, Royals, Sharks, Stallions, Tigers, Titans, United, Vikings, Wanderers,
        Wolves""",
    "hobby": """amateur radio, antique collecting, astrology, astrophotography, beekeeping,
        birdwatching, board games, bodybuilding, bonsai, brewing, candle making, card tricks, coin
        collecting, cosplay, crossword puzzles, dog training, drone racing, fan fiction, fly
        fishing, foraging, genealogy, geocaching, ghost hunting, graffiti, hiking, hula hooping,
        improv, ice sculpting, jigsaw puzzles, journaling, karaoke, kite flying, Lego building,
        letterpress, lockpicking, magic, metal detecting, model trains, mountain biking, mushroom
        picking, paintball, people watching, pigeon racing, quilting, quiz nights, rock balancing,
        salsa dancing, scrapbooking, scuba diving, soap making, stamp collecting, stargazing,
        tattooing, taxidermy, treasure hunting, trainspotting, ventriloquism, vlogging, whittling,
        wine tasting""",
    # Money, home, law, language
    "finance": """annuity, bank overdraft, bitcoin, bond, brokerage account, business loan, capital
        gain, car loan, cash advance, cheque, credit card, credit score, crowdfunding, current
        account, debit card, deposit, dividend, endowment policy, estate tax, exchange rate, fixed
        deposit, gift card, gold bar, hedge fund, home loan, index fund, inheritance, insurance
        claim, interest rate, invoice, IPO, joint account, life insurance, mortgage, mutual fund,
        option contract, payday loan, penny stock, pension fund, PPF account, prepaid card, property
        tax, provident fund, refund, rental income, savings account, share, stock split, tax return,
        trust fund, wire transfer""",
    "currency": """dollars, euros, pounds, rupees, yen, Swiss francs, pesos, kroner, Canadian
        dollars""",
    "house_item": """armchair, attic, bath mat, bathtub, bed frame, blanket, blinds, boiler,
        bookshelf, broom, carpet, ceiling fan, chandelier, chimney, clothes line, coffee table,
        couch, cupboard, curtain, dishwasher, doorbell, doormat, drain, drawer, driveway, dryer,
        duvet, extension lead, fence, fireplace, floorboard, freezer, fuse box, garage door, garden
        hose, gutter, hammock, heater, hinge, iron, lamp, lawn mower, letterbox, light bulb,
        linoleum, mattress, mirror, parquet floor, patio, picture frame, pillow, pipe, plug socket,
        porch, radiator, refrigerator, roof tile, rug, shed, shelf, shower head, sink, skylight,
        smoke alarm, staircase, stool, sump pump, swimming pool, tap, thermostat, toilet,
        trampoline, vacuum cleaner, wallpaper, wardrobe, washing machine, water tank, windowsill,
        wooden deck""",
    "house_verb": """assemble, clean, decorate, descale, dispose of, dust, fix, insulate, install,
        maintain, measure, move, paint, polish, recycle, refurbish, remove, repair, replace,
        restore, sand, scrub, seal, store, unblock, unscrew, upgrade, varnish, waterproof""",
    "garment": """anorak, apron, beanie, belt, blazer, bow tie, bracelet, cardigan, cloak, corduroy
        trousers, cufflinks, denim jacket, dungarees, earrings, fleece, flip flops, gloves, hoodie,
        jeans, jumper, kilt, kimono, kurta, leather boots, leggings, loafers, necklace, overcoat,
        pyjamas, raincoat, sandals, sari, scarf, silk shirt, ski jacket, slippers, sneakers, socks,
        suede shoes, suit, sunglasses, sweater, swimsuit, tie, trench coat, tuxedo, uniform, velvet
        dress, waistcoat, wedding dress, woollen hat, wristwatch""",
    "car": """Alfa Romeo, Audi, BMW, Chevrolet, Citroën, Dacia, Ferrari, Fiat 500, Ford Focus, Honda
        Civic, Hyundai, Jaguar, Jeep, Kia, Lada, Lexus, Maruti Swift, Mazda, Mercedes, Mini,
        Mustang, Nissan Leaf, Opel, Peugeot, Porsche, Prius, Renault, Saab, Seat, Skoda, Subaru,
        Suzuki, Tesla, Toyota Corolla, Vespa, Volkswagen, Volvo""",
    "car_part": """air filter, airbag, alternator, axle, battery, brake pad, bumper, camshaft,
        carburettor, clutch, crankshaft, cruise control, cylinder head, dashboard, dipstick, engine,
        exhaust, fan belt, fuel pump, gearbox, handbrake, head gasket, headlight, horn, ignition,
        indicator, number plate, oil filter, radiator, roof rack, seat belt, shock absorber, spark
        plug, starter motor, steering wheel, sunroof, tailpipe, timing belt, tow bar, turbocharger,
        tyre, windscreen, wing mirror, wiper""",
    "legal": """adoption papers, alimony agreement, apology, bail hearing, building permit, business
        licence, custody order, copyright, cease and desist letter, citizenship, contract, court
        order, deed, defamation claim, driving licence, eviction notice, fine, fishing licence,
        green card, guardianship, jury duty exemption, lawsuit, lease, marriage certificate, name
        change, noise complaint, non-disclosure agreement, parking ticket, patent, planning permit,
        power of attorney, prenup, probate certificate, property boundary, public holiday, residence
        permit, restraining order, speeding ticket, squatters' rights, subpoena, tenancy agreement,
        trademark, will, witness statement, zoning law""",
    "lang": """Afrikaans, Arabic, Basque, Bengali, Bulgarian, Cantonese, Catalan, Czech, Danish,
        Dutch, English, Esperanto, Farsi, Finnish, French, Gaelic, German, Greek, Gujarati, Hebrew,
        Hindi, Hungarian, Icelandic, Indonesian, Italian, Japanese, Kannada, Korean, Latin, Malay,
        Malayalam, Mandarin, Marathi, Nepali, Norwegian, Polish, Portuguese, Punjabi, Quechua,
        Romanian, Russian, Sanskrit, Spanish, Swahili, Swedish, Tagalog, Tamil, Telugu, Thai,
        Tibetan, Turkish, Urdu, Vietnamese, Welsh, Yoruba""",
    "word": """aberration, acquiesce, affect, allegory, allude, ambiguous, ambivalent, analogy,
        anecdote, apathy, ascertain, assume, astute, austere, banal, benevolent, brevity, cacophony,
        candid, capricious, censure, cliché, coherent, comprise, compose, concede, concise,
        connotation, continual, continuous, conundrum, copious, cynical, déjà vu, deduce, dichotomy,
        didactic, discreet, discrete, disinterested, elicit, eloquent, empathy, ephemeral, epiphany,
        equivocal, erudite, esoteric, euphemism, exacerbate, fallacy, farther, fastidious, feasible,
        fiscal, flammable, flaunt, frugal, futile, gregarious, hackneyed, hubris, hyperbole,
        hypothesis, idiosyncrasy, illusion, imminent, imply, impromptu, inadvertent, incessant,
        infer, inherent, innate, insipid, irony, jargon, jovial, juxtapose, kudos, laconic,
        lethargic, loquacious, lucid, magnanimous, meticulous, metaphor, mitigate, moot, mundane,
        myriad, nebulous, nonchalant, nostalgia, notorious, novice, nuance, oblivious, obsolete,
        omnipotent, optimistic, ostentatious, oxymoron, paradigm, paradox, parody, pedantic,
        perfunctory, perseverance, pragmatic, precarious, prejudice, principle, procrastinate,
        prolific, quaint, quixotic, rebuke, redundant, reticent, sarcasm, satire, scrutiny,
        sentiment, serendipity, simile, solitude, stoic, subtle, superfluous, sympathy, tacit,
        tedious, tenacious, trite, ubiquitous, utopia, vague, verbose, vicarious, volatile,
        whimsical, zeal, zenith""",
    "idiom": """a blessing in disguise, a penny for your thoughts, a piece of cake, actions speak
        louder than words, at the drop of a hat, back to the drawing board, barking up the wrong
        tree, beat around the bush, better late than never, bite off more than you can chew, break
        the ice, burn the midnight oil, by the skin of your teeth, call it a day, cut corners, don't
        count your chickens, every cloud has a silver lining, get out of hand, give the benefit of
        the doubt, hang in there, hit the nail on the head, in the heat of the moment, it takes two
        to tango, keep your chin up, let the cat out of the bag, make a long story short, miss the
        boat, no pain no gain, on the ball, once in a blue moon, out of the blue, pull yourself
        together, raining cats and dogs, rome wasn't built in a day, sit on the fence, speak of the
        devil, spill the beans, take it with a grain of salt, the ball is in your court, the best of
        both worlds, the last straw, the whole nine yards, time flies, under the weather, wild goose
        chase, wrap your head around it, your guess is as good as mine""",
    "festival": """All Saints' Day, April Fools' Day, Baisakhi, Bastille Day, Bonfire Night, Boxing
        Day, Burns Night, Carnival, Chinese New Year, Christmas, Corpus Christi, Day of the Dead,
        Diwali, Durga Puja, Easter, Eid, Epiphany, Ganesh Chaturthi, Good Friday, Halloween,
        Hanukkah, Holi, Janmashtami, Labour Day, Mardi Gras, May Day, Midsummer, Navratri, Nowruz,
        Oktoberfest, Onam, Passover, Pentecost, Pongal, Purim, Raksha Bandhan, Rosh Hashanah, St
        Patrick's Day, Thanksgiving, Twelfth Night, Valentine's Day, Vesak""",
    "institution": """ambassador, attorney general, central bank, city council, civil service,
        coalition, constitutional court, county, customs union, electoral college, European
        Commission, federal reserve, governor, high court, House of Commons, House of Lords, IMF,
        Lok Sabha, mayor, monarchy, municipality, NATO, ombudsman, parliament, planning commission,
        postal service, president, prime minister, Rajya Sabha, Red Cross, school board, senate,
        speaker of the house, Supreme Court, tax office, treasury, UN Security Council, UNESCO,
        upper house, Vatican, World Bank, World Health Organization""",
    "office": """city council, civil service, constitutional court, high court, ministry of culture,
        parliament, planning commission, police, postal service, railway office, school board,
        senate, tax office, tourist board, treasury, upper house, weather service""",
    "idea": """altruism, ambition, authenticity, beauty, boredom, bravery, charisma, common sense,
        compassion, confidence, conscience, courage, creativity, curiosity, destiny, dignity,
        discipline, doubt, dreams, duty, envy, existence, failure, faith, fame, fear, forgiveness,
        free will, freedom, friendship, generosity, gratitude, grief, guilt, habit, happiness,
        honesty, honour, hope, humility, humour, imagination, innocence, inspiration, integrity,
        intelligence, intuition, jealousy, joy, justice, karma, kindness, laziness, loneliness,
        love, loyalty, luck, maturity, memory, modesty, morality, motivation, obedience, optimism,
        passion, patience, peace, perfection, pleasure, politeness, pride, privacy, progress,
        punctuality, reason, regret, respect, responsibility, revenge, sadness, sacrifice,
        self-esteem, shame, silence, sincerity, solitude, success, suffering, suspicion, tolerance,
        tradition, trust, truth, vanity, virtue, wealth, wisdom, wonder""",
    "topic": """air pollution, ancient myths, artificial intelligence, body language, bullying,
        carbon taxes, cartoons, censorship, child development, climate change, coffee, conspiracy
        theories, copyright law, cryptocurrency, deforestation, dieting, digital privacy, dog
        breeding, driverless cars, early retirement, electric cars, emotional intelligence,
        etiquette, exports, fake news, fast food, folk tales, free speech, freelancing, fracking,
        gift giving, global trade, globalisation, healthcare, herbal medicine, heraldry, home
        schooling, housing prices, income inequality, inflation, interior design, intermittent
        fasting, junk mail, lucid dreaming, luxury brands, machine learning, marketing, meteorology,
        migration, minimalism, monasteries, national parks, net neutrality, nuclear power, nutrition
        labels, online dating, organic farming, overfishing, parenting, personality tests, plastic
        waste, population growth, poverty, propaganda, public transport, quantum computing, reality
        television, recycling, reincarnation, renewable energy, school uniforms, self-driving taxis,
        sleep, social media, solar panels, space travel, standardised tests, stereotypes,
        superstition, tattoos, tax reform, tea, the gig economy, the housing market, the minimum
        wage, the stock market, tipping, town planning, traffic, unemployment, universal basic
        income, urbanisation, vaccines, veganism, video games, voting systems, wildlife, wind
        turbines, work-life balance, working from home, world records, yoga, youth clubs, zoos""",
    "best": """best, cheapest, easiest, quickest, safest, simplest, right, most common, most
        effective, most reliable, most popular, most useful, worst""",
    "adj": """affordable, ambitious, ancient, annoying, attractive, awkward, basic, beautiful,
        boring, bright, calm, challenging, cheap, clever, colourful, comfortable, common, complex,
        convenient, cool, crucial, cute, dangerous, decent, delicate, different, difficult, durable,
        easy, efficient, elegant, essential, expensive, famous, fancy, fascinating, fast, flexible,
        formal, fragile, fresh, funny, gentle, genuine, heavy, helpful, hidden, huge, impressive,
        inspiring, interesting, large, lightweight, lucrative, meaningful, messy, modern, natural,
        neat, noisy, normal, obscure, odd, original, painful, peaceful, plain, pleasant, popular,
        powerful, practical, precious, predictable, pretty, productive, profitable, quick, quiet,
        rare, realistic, reliable, risky, robust, romantic, safe, scary, sensible, serious, sharp,
        simple, slow, soft, sophisticated, spicy, stable, strange, strict, strong, stunning,
        suitable, surprising, sustainable, sweet, tough, traditional, tricky, typical, underrated,
        unique, unusual, useful, valuable, vivid, warm, weird, wild""",
    "feeling": """afraid, alone, angry, annoyed, anxious, ashamed, awkward, bored, calm, cheerful,
        clumsy, confident, confused, cranky, curious, depressed, disappointed, disconnected,
        drained, dull, embarrassed, emotional, empty, envious, exhausted, frustrated, grateful,
        guilty, happy, helpless, homesick, hopeful, ignored, impatient, inferior, insecure,
        inspired, invisible, irritated, jealous, lazy, left out, lonely, lost, miserable, moody,
        nervous, nostalgic, numb, overwhelmed, panicky, paranoid, proud, puzzled, relaxed, restless,
        sad, sensitive, shy, sleepy, stuck, stupid, stressed, tense, tired, trapped, uncomfortable,
        uneasy, unmotivated, unwanted, upset, vulnerable, weak, worried, worthless""",
    "month": """January, February, March, April, May, June, July, August, September, October,
        November, December, spring, summer, autumn, winter, the rainy season""",
    "formula": """[math]x^2 + 3x = 10[/math], [math]\\sin(x) = \\frac{1}{2}[/math], [math]\\sqrt{2x
        + 1} = 5[/math], [math]\\int x e^x dx[/math], [math]e^{x} = 3x[/math], [math]x^3 - 6x + 1 =
        0[/math], [math]2^x = 7[/math], [math]\\log_2(x) = 8[/math], [math]|x - 4| = 9[/math],
        [math]\\lim_{x \\to 0} \\frac{\\sin x}{x}[/math]""",
    "misc": """acronym, anthem, antidote, arcade, auction, avalanche, balloon, barcode, blueprint,
        bonfire, boomerang, bridge, bubble, calendar, campsite, candle, canal, catapult, cathedral,
        cavern, circus, clock tower, clothesline, coastline, coral reef, crater, crystal ball,
        desert, dictionary, earthquake, echo, eclipse, elevator, embassy, envelope, escalator,
        eraser, fable, factory, fairy tale, ferris wheel, fingerprint, fjord, flag, fog, fossil,
        fountain pen, funeral, geyser, glacier, globe, hailstone, harbour, hologram, honeycomb,
        horizon, hurricane, iceberg, igloo, inkwell, island, jigsaw, jungle, kaleidoscope, keyhole,
        ladder, lagoon, landslide, lantern, leap year, lighthouse, lightning bolt, logo, lottery
        ticket, magnet, marathon, marketplace, mask, maze, meadow, milestone, mirage, monument,
        mosaic, mountain range, museum, myth, newspaper, nickname, oasis, observatory, orchestra,
        parachute, parade, password, pendulum, petition, pier, postcard, prism, proverb, puzzle,
        pyramid, quicksand, raffle, rainbow, rainforest, reservoir, riddle, ruler, satellite,
        sandcastle, scarecrow, shadow, shipwreck, skyscraper, snowflake, spiral, stadium, submarine,
        sundial, sunset, surname, symbol, tapestry, telegram, telescope, tide, time capsule, time
        zone, tornado, totem, tsunami, tunnel, turbine, typewriter, umbrella, vaccine, volcano,
        waterfall, weather balloon, wheelbarrow, whirlpool, windmill, wishbone, zip code""",
    "group": """accountants, allotment gardeners, amateur astronomers, amateur chefs, art critics,
        audiophiles, baby boomers, backpackers, bikers, birdwatchers, bloggers, board members,
        bodybuilders, bookworms, bureaucrats, bus passengers, business travellers, call centre
        workers, campers, car dealers, caravan owners, cat owners, celebrities, chess players, choir
        singers, city people, coffee drinkers, coffee snobs, collectors, commuters, council members,
        country people, craft beer drinkers, crossfitters, cyclists, day traders, dieters, dog
        owners, e-scooter riders, early risers, economists, engineers, estate agents, fashion
        bloggers, film critics, first-class passengers, food critics, football fans, freelancers,
        freshmen, gamers, Gen Z kids, golfers, graduates, grammar lovers, gym members, hikers,
        hipsters, hobby photographers, homeowners, hotel guests, influencers, interns, investors,
        jazz fans, joggers, journalists, landlords, lawyers, left-handers, life coaches, lobbyists,
        lottery winners, luxury shoppers, managers, marathon runners, market researchers, mayors,
        meat lovers, middle managers, millennials, millionaires, minimalists, morning people,
        motorists, motorcyclists, musicians, neighbours, night owls, office workers, online sellers,
        opera goers, parents, party leaders, pedestrians, pensioners, picky eaters, podcasters,
        poets, politicians, private school pupils, professors, programmers, project managers,
        property developers, quiz champions, reality stars, recruiters, referees, renters,
        reviewers, runners, salespeople, scientists, senators, skateboarders, skiers, smartphone
        owners, smokers, snowboarders, startup founders, stay-at-home parents, streamers, students,
        suburban families, SUV drivers, tea drinkers, teachers, tech bros, teenagers, tenants,
        tourists, toddlers' parents, trade unions, train passengers, van owners, vegans,
        vegetarians, vloggers, voters, waiters, wedding planners, weekend hikers, wine tasters, yoga
        teachers, YouTubers, zoo visitors""",
    # Loaded questions: what they presume
    "bad_adj": """absurd, arrogant, big-headed, bitter, bossy, brainwashed, childish, clueless,
        cold-hearted, conceited, corrupt, cowardly, deluded, desperate, dishonest, dumb, entitled,
        fake, foolish, fragile, greedy, gullible, heartless, humourless, hypocritical, ignorant,
        immature, incapable, incompetent, insufferable, jealous, lazy, loud, mean, miserable,
        narrow-minded, nasty, needy, nosy, obnoxious, oversensitive, paranoid, pathetic, petty,
        phoney, pompous, pretentious, rude, self-absorbed, self-righteous, selfish, shallow,
        shameless, sloppy, smug, sneaky, snobbish, spineless, spoiled, stingy, stubborn, stuck-up,
        stupid, tasteless, thick, thin-skinned, two-faced, uneducated, ungrateful, unoriginal,
        useless, vain, whiny""",
    "bad_noun": """attention seekers, bullies, busybodies, charlatans, cheapskates, cheats, clowns,
        cowards, crooks, crybabies, drama queens, fools, frauds, freeloaders, gossips, hypocrites,
        idiots, know-it-alls, liars, losers, misers, morons, nobodies, phoneys, pushovers, robots,
        scroungers, show-offs, slackers, snobs, sheep, spoilsports, sore losers, swindlers, tyrants,
        windbags""",
    "good_adj": """brave, brilliant, careful, caring, charitable, clever, creative, educated,
        enlightened, experienced, fair, friendly, gifted, green, hard-working, healthy, helpful,
        honest, humble, important, independent, innocent, modern, open-minded, patient, poor,
        polite, popular, professional, rational, smart, special, strong, talented, tolerant, tough,
        wise""",
    "everyone": """everyone else, the rest of us, normal people, ordinary people, honest people,
        decent people, hard-working families, other drivers, the whole street, the whole country,
        future generations, our children, taxpayers, the entire internet, people with real jobs,
        people with taste, anyone with a brain, sane people, their neighbours""",
    "people": """bank clerks, beginners, bus drivers, bystanders, colleagues, comedians, customers,
        decent people, doctors, employers, experts, families, friends, honest people, house guests,
        librarians, local people, newspapers, normal people, nurses, officials, old people, ordinary
        people, other drivers, other people, outsiders, passers-by, people with taste, polite
        people, quiet people, relatives, reporters, scientists, shop assistants, shy people, small
        businesses, strangers, taxpayers, teachers, visitors, volunteers, waiters, working people,
        young people""",
    "gripe": """airline seats, bad reviews, bike lanes, bin collection, church bells, cold soup,
        crowded trains, delays, delivery fees, dress codes, fines, garden gnomes, high prices,
        homework, leaf blowers, long queues, loud music, mobile reception, Mondays, noise, office
        chairs, paper straws, parking, paperwork, pigeons, pineapple on pizza, potholes, prams on
        buses, rain, refunds, rent, road works, rush hour, salaries, screen time, service charges,
        small portions, speed cameras, spoilers, street lights, taxes, the canteen food, the coffee
        machine, the heating, the referee, the smell of garlic, the weather, tips, traffic, unpaid
        overtime, waiting lists, working hours""",
    "mess": """bad service, boring films, broken promises, bankrupt shops, collapsed bridges, dead
        high streets, dirty beaches, empty classrooms, every defeat, failed exams, housing
        shortages, late trains, litter, long waiting lists, lost elections, pollution, poor grades,
        rising prices, ruined holidays, silly rules, the decline of manners, the energy crisis, the
        mess they made, the noise at night, the recession, the state of the parks, their own debts,
        their own failures, their own laziness, unpaid bills, ugly buildings, traffic jams""",
    "nice_thing": """birthday parties, book clubs, car parks, cinemas, city centres, comment
        sections, concerts, dating, dinner parties, family holidays, festivals, fishing, football,
        forums, gyms, holidays, hotels, libraries, markets, museums, music, national parks,
        neighbourhoods, online gaming, playgrounds, pop music, public transport, pubs, restaurants,
        schools, science, shopping centres, ski slopes, small towns, street food, supermarkets,
        swimming pools, television, the beach, the countryside, the economy, the internet, the
        language, the planet, the property market, the roads, theatre, this website, tourism, town
        meetings, train journeys, weddings, weekends, workplaces""",
    "misdeed": """avoiding tax, bending every rule, breaking promises, bribing officials, bullying
        waiters, charging silly prices, cheating, copying others, cutting queues, double parking,
        dumping rubbish, faking qualifications, fiddling expenses, hiding the truth, inventing
        statistics, jumping red lights, lying, misleading the public, neglecting their duties,
        overcharging, plagiarism, playing the victim, pocketing our money, polluting rivers, rigging
        votes, selling junk, spreading nonsense, stealing ideas, talking rubbish, taking bribes,
        wasting public money, watering down standards""",
    "benefit": """a free ride, a medal, a pay rise, a round of applause, constant praise, discounts,
        extra holidays, free parking, front row seats, handouts, longer breaks, our admiration, our
        money, our sympathy, preferential treatment, reserved seats, special rules, subsidies, tax
        breaks, the best tables, the last word, unlimited attention, upgrades""",
    "serve": """applaud them, babysit their children, bail them out, bow to them, carry their bags,
        cater to them, change the rules for them, clean up after them, clap for them, cover their
        debts, do their work, entertain them, fund their hobbies, get out of the way, give up their
        seats, hold their hand, jump when they call, laugh at their jokes, obey them, pay their
        bills, pity them, praise them, put up with their noise, read their minds, share their taste,
        shut up, tiptoe around them, wait for them, worship them""",
    "ruin": """bankrupt, cheapen, clog up, destroy, dominate, drag down, hijack, hog, mess up,
        pollute, ruin, sabotage, spoil, take over, trample on, trash, wreck""",
    "good_vp": """accept criticism, accept defeat, accept reality, act their age, admit their
        mistakes, apologise, ask politely, keep quiet, behave in public, buy their own lunch, care
        about anyone else, clean up their own mess, contribute something useful, do their homework,
        do their job properly, do a day of honest work, face the facts, finish what they start,
        follow the rules, get a real job, get a sense of humour, get over themselves, give others a
        chance, grow up, hold the door, improve themselves, keep their opinions to themselves, keep
        their promises, learn basic arithmetic, learn from history, learn some manners, leave the
        rest of us alone, listen to experts, live in the real world, look in the mirror, lower their
        voices, make an effort, mind their own business, move somewhere else, own up, park like
        normal people, pay their fair share, play fair, put their phones down, question their
        leaders, read a book, return what they borrow, respect others, respect the law, say sorry,
        say thank you, show some gratitude, show some respect, smile for once, stay at home, stop
        showing off, study the facts, take a shower, take a joke, take responsibility, tell the
        truth, think for themselves, treat people fairly, use common sense, wait their turn, wake
        up, work for their money""",
    "delusion": """anyone believes them, being loud makes them right, everybody envies them, hard
        work is for others, history started with them, manners are optional, money buys taste,
        nobody notices the lies, one course makes them experts, rules are for other people, the
        Earth revolves around them, the law does not apply to them, the public is stupid, the world
        owes them a living, their opinion matters more, their tears impress us, they are above
        criticism, they are fooling anyone, they are saving the planet, they deserve respect, they
        invented friendship, they know everything, whining is a skill""",
    "fix": """banned from public office, barred from voting, charged double, excluded from every
        discussion, fined for it, forced to pay it back, kept off the roads, laughed at more often,
        made to apologise, made to pay for the damage, moved to an island, named and shamed, paid
        far less, replaced by machines, sent back to school, stopped at last, taxed into silence,
        taught some manners, voted out""",
    # Honest questions about the same groups
    "ok_vp": """ask for a deposit, ask for references, attend training courses, avoid motorways,
        avoid talking about salaries, balance work and family, book so early, build trust with
        customers, bring their own lunch, buy insurance, buy second-hand equipment, calculate their
        hourly rate, carry a spare battery, carry cash, celebrate their birthdays, change jobs so
        often, charge for late payment, check their tyres, choose their first supplier, claim
        expenses, complain to the council, cope with criticism, cope with night shifts, cope with
        rejection, deal with stress, decide what to wear, declare their income, deduct travel costs,
        drink so much water, earn extra money, eat before an event, find cheap flights, find
        customers, find new members, follow so many rules, form associations, get discounts, get
        paid when they are ill, get up so early, give feedback, handle complaints, hide their
        prices, hire assistants, invest their savings, join a union, keep a diary, keep records,
        keep their tools dry, learn from mistakes, leave reviews, listen to music at work, live near
        the station, lose weight, make friends, make so many lists, measure success, meet each
        other, move to the suburbs, need a licence, need a lawyer, need planning permission,
        negotiate contracts, organise their week, park on the pavement, pay a membership fee, pay
        taxes in two countries, pay with cards, plan their retirement, practise in winter, prefer
        cash, prefer small towns, prefer the window seat, prepare for a big day, protect their
        hearing, protect their privacy, raise prices in summer, read contracts, refuse to accept
        pets, refuse to sign, renew their passports, rent instead of buying, report income, save
        energy, share tips online, sleep in the afternoon, speak two languages, spend so much on
        shoes, start a business, stay awake, stay motivated, stay out of the sun, store old files,
        study abroad, switch brands, take notes by hand, take time off, talk about the weather,
        teach their children to read, test their equipment, trust online reviews, use a second
        phone, use checklists, use public transport, use social media, vote by post, wait until
        spring, warm up first, wear black, wear gloves, wear helmets, work on Sundays, work
        remotely, write thank you notes""",
    "mid_vp": """avoid each other, blame the weather, break the rules, charge too much, cheat,
        complain so much, cost us money, dislike their bosses, earn too much, expect special
        treatment, get too much attention, get everything for free, hate change, have it easy, have
        no friends, have too much power, have too much time, ignore advice, ignore emails, know what
        they are doing, lack discipline, lie about their age, live in a bubble, look down on
        beginners, need so much praise, only care about money, overreact, pay less tax, refuse to
        change, show off, spend other people's money, take things personally, talk so loudly, think
        they are special, think they are right, want more rules, want to be famous, waste so much
        food, work less than they claim""",
    "mid_adj": """bad at maths, bad with money, boring, cheap, defensive, difficult to please,
        easily offended, emotional, expensive, hated, hard to date, hard to trust, impatient, in a
        hurry, late, loud, obsessed with cleanliness, obsessed with status, old-fashioned, out of
        touch, overpaid, overrated, popular, powerful, predictable, privileged, quiet, rich,
        sensitive, serious, slow, strict, stubborn, superstitious, unfriendly, unhappy, unpopular,
        unreliable, weird""",
    # Small parts of speech
    "duration": """two days, a week, ten days, two weeks, a month, six weeks, three months, half a
        year, six months, nine months, a year, eighteen months, two years, three years, five years,
        a decade""",
    "since": """last week, last month, last year, I was a child, I moved out, I lost my job, the new
        year, my exams, high school, college, the divorce, the summer, the update, the move,
        graduation, my operation, I turned thirty""",
    "brand_a": """Acu, Alto, Avi, Blu, Bri, Calo, Cyn, Dex, Dyna, Evo, Flexi, Fluo, Gala, Giga,
        Helio, Hydro, Inno, Jovi, Kalo, Lumi, Mero, Moxi, Nexo, Novi, Omni, Opti, Pano, Pixi,
        Quanti, Rapi, Sona, Tela, Trivo, Ultra, Vero, Vita, Xeno, Zeno""",
    "brand_b": """bank, base, board, cast, craft, dent, desk, fit, flow, gen, grid, lab, link,
        lytics, mart, media, mind, net, nova, pay, phone, plex, ride, scope, soft, sphere, star,
        stream, tech, tron, vest, wave, works, zon""",
}
